// A cancel with everything in flight, of a list and of a task (`load.way`): until each item is marked, and until the target sees no
// connection any more.
import { FanOut } from 'majordomo/fanout'
import { Gaps } from '../lib/gaps.mjs'
import { sharedNow, tell } from '../lib/rounds.mjs'
import { watched } from '../lib/watched.mjs'
import { listOptions, load, requests, target } from './load.mjs'
import { itemsOf, service } from './service.mjs'

/** Each starts, and answers a function that cancels and waits, which answers one that counts what was marked. */
const WAYS = {
  async list() {
    const list = new FanOut().launch(requests(), listOptions())
    const states = []
    const read = (async () => {
      for await (const { state } of list) states.push(state)
    })()
    return async () => {
      list.cancel()
      await read
      return async () => states
    }
  },

  async task() {
    const manager = await service()
    const { task } = await manager.create('HTTP_FANOUT', { ...listOptions(), items: requests() })
    return async () => {
      await manager.cancel(task.id)
      await manager.waitFor(task.id)
      return async () => (await itemsOf(manager, task.id)).map(({ state }) => state)
    }
  },
}

const cancel = await WAYS[load.way]()
await target(`busy/${load.count}`)
// What happened until now is none of the cancel's.
await new Promise((resolve) => setTimeout(resolve, 50))

let marked = 0
let closed = 0
let gap = 0
let states
const { block } = await watched(async () => {
  const gaps = new Gaps()
  const start = sharedNow()
  states = await cancel()
  marked = sharedNow() - start
  closed = (await target('quiet')).time - start
  gap = gaps.stop()
})
const unmarked = load.count - (await states()).filter((state) => state === 'CANCELED').length
tell({ marked, closed, block, gap, unmarked })
process.exit()
