import type { LookupFunction } from 'node:net'
import { expect } from 'chai'
import { FanOut } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import { startTargets, type Targets } from '../targets/targets.ts'

describe('Lists of a FanOut', () => {
  let targets: Targets
  let fanout: FanOut

  before(async () => {
    targets = await startTargets()
  })
  after(() => targets.stop())
  beforeEach(async () => {
    await targets.reset()
    fanout = new FanOut()
  })
  afterEach(() => fanout.close())

  it('go on when another list ends with requests that are passed over', async () => {
    const url = targets.url('/ok')
    const lists = [fanout.launch([{ url }]), fanout.launch([{ url, ignore: true }])]
    const items = await Promise.all(lists.map(collected))
    expect(items.map(([item]) => item!.state)).to.deep.equal(['SUCCEEDED', 'IGNORED'])
  })

  it('tell once of a request whose time ends while it waits for its next turn, and do not send it again', async () => {
    const busy = { url: targets.url('/gate/busy/ok') }
    const late = { url: targets.url('/status/503'), timeout: 200, retry: { backoff: 1, jitter: 0 } }
    const list = fanout.launch([late, busy, { url: targets.url('/ok') }], { concurrency: 1 })
    const items = []
    for await (const item of list) {
      items.push(item)
      if (items.length === 1) await targets.gate('busy').open()
    }
    expect(items.map(({ index }) => index)).to.deep.equal([0, 1, 2])
    expect(codes(items)).to.deep.equal({ timeout: 1, none: 2 })
    expect(list.done).to.equal(3)
    expect(await targets.counts()).to.include({ requests: 3 })
  })

  it('go on at a host when the one whose turn it is there has run out of time', async () => {
    const retry = (backoff: number) => ({ backoff, jitter: 0 })
    const late = { url: targets.url('/status/503'), timeout: 300, retry: retry(1) }
    // They come back to the host in this order, behind the one that stays there.
    const behind = { url: targets.url('/status/503?times=1&key=b'), retry: retry(100) }
    const list = fanout.launch([late, behind, { url: targets.url('/gate/slow/ok') }], { perHost: 1 })
    const items = []
    for await (const item of list) {
      items.push(item)
      if (items.length === 1) await targets.gate('slow').open()
    }
    expect(items.map(({ index, state }) => [index, state])).to.deep.equal([
      [0, 'FAILED'],
      [2, 'SUCCEEDED'],
      [1, 'SUCCEEDED'],
    ])
  })

  it('that are canceled before a connection stands send nothing once it does', async () => {
    await fanout.close()
    const asked: (() => void)[] = []
    const lookup: LookupFunction = (_, __, answer) =>
      void asked.push(() => answer(null, [{ address: '127.0.0.1', family: 4 }]))
    fanout = new FanOut({ lookup })
    const url = `http://node.test:${new URL(targets.url('/ok')).port}/ok`
    const list = fanout.launch([{ url, method: 'POST', body: 'x' }])
    while (asked.length === 0) await new Promise(setImmediate)
    // As long as one list is ending its requests, no connection is closed.
    const long = fanout.launch(
      Array.from({ length: 50_000 }, () => ({ url })),
      { concurrency: 1 },
    )
    list.cancel()
    long.cancel()
    const [item] = await collected(list)
    expect(item).to.include({ state: 'CANCELED' }).and.not.to.have.property('perhapsSent')
    asked[0]!()
    await long.ended
    await targets.when({ open: 0 })
    expect(await targets.counts()).to.include({ requests: 0 })
  })

  it('keep their items for whoever reads on', async () => {
    const list = fanout.launch(Array.from({ length: 10 }, () => ({ url: targets.url('/ok') })))
    await list.ended
    const read: number[] = []
    for await (const { index } of list) {
      read.push(index)
      if (read.length === 3) break
    }
    read.push(...(await collected(list)).map(({ index }) => index))
    expect(read.sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})
