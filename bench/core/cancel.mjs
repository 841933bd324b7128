// From the call of cancel until the run has seen its signal abort.
import { Manager } from 'majordomo'
import { p99, tell } from '../lib/rounds.mjs'

const manager = new Manager()
const started = new Map()
const seen = new Map()
manager.register('WAIT', {
  run: (ops) =>
    new Promise((resolve) => {
      ops.signal.addEventListener('abort', () => {
        seen.get(ops.id)(performance.now())
        resolve(undefined)
      })
      started.get(ops.args.n)()
    }),
})

const times = []
for (let n = 0; n < 2_000; n++) {
  const running = new Promise((resolve) => started.set(n, resolve))
  const { task } = await manager.create('WAIT', { n })
  await running
  const aborted = new Promise((resolve) => seen.set(task.id, resolve))
  const start = performance.now()
  await manager.cancel(task.id)
  times.push(((await aborted) - start) * 1000)
}
tell({ p99: p99(times.slice(200)) })
await manager.close({ grace: 0 })
