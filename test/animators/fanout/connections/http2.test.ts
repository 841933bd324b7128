import { once } from 'node:events'
import net, { type AddressInfo, type LookupFunction } from 'node:net'
import { expect } from 'chai'
import { FanOut, type FanOutRequest } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import { startTargets, type Targets } from '../targets/targets.ts'

const H2C = { transport: { http2: 'prior-knowledge' } } as const

describe('HTTP/2 connections', () => {
  let targets: Targets
  let fanout: FanOut

  before(async () => {
    targets = await startTargets({ kinds: ['h2c'], maxStreams: 10 })
  })
  after(() => targets.stop())
  beforeEach(async () => {
    await targets.reset()
    fanout = new FanOut()
  })
  afterEach(async () => {
    await fanout.close()
    await targets.when({ open: 0 })
  })

  it('are as many as it takes where the server limits streams, and no request is refused', async () => {
    const asked: FanOutRequest = { method: 'POST', url: targets.url('/gate/all/ok'), body: 'x' }
    const list = fanout.launch(
      Array.from({ length: 100 }, () => asked),
      {
        source: { ...H2C, retry: 0 },
        concurrency: 100,
      },
    )
    await targets.gate('all').held(100)
    await targets.gate('all').open()
    expect(codes(await collected(list))).to.deep.equal({ none: 100 })
    expect(await targets.counts()).to.include({ accepted: 10 })
  })

  it('lose no request that must not be sent twice where the server has not taken it', async () => {
    const url = targets.url('/refuse?times=1&key=a')
    const source = { ...H2C, method: 'POST', body: 'x', retry: { backoff: 1 } } as const
    const [item] = await collected(fanout.launch([{ url }], { source }))
    expect(item).to.include({ state: 'SUCCEEDED', attempts: 2 })
    expect(item).not.to.have.property('perhapsSent')
    const [refused] = await collected(
      fanout.launch([{ url: targets.url('/refuse') }], { source: { ...source, retry: 0 } }),
    )
    expect(refused).to.have.nested.property('error.code', 'connection-lost')
    expect(refused).not.to.have.property('perhapsSent')
  })

  it('that do not come about are closed with the last request that waits, and kept from those that follow', async () => {
    const mute = net.createServer(() => {}).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`
    const source = { transport: { http2: true }, timeout: { connect: 200, tls: 200 } } as const
    for (let time = 1; time <= 2; time++) {
      const accepted = once(mute, 'connection') as Promise<[net.Socket]>
      const items = collected(fanout.launch([{ url }], { source }))
      const [socket] = await accepted
      await once(socket.resume(), 'close')
      expect(codes(await items)).to.deep.equal({ 'tls-timeout': 1 })
    }
    mute.close()
  })

  it('are counted right when a request was canceled before they stood', async () => {
    await fanout.close()
    const asked: (() => void)[] = []
    const lookup: LookupFunction = (_, __, answer) =>
      void asked.push(() => answer(null, [{ address: '127.0.0.1', family: 4 }]))
    fanout = new FanOut({ lookup })
    const { port } = new URL(targets.url('/ok'))
    const launch = () => fanout.launch([{ url: `http://node.test:${port}/ok` }], { source: H2C })
    const canceled = launch()
    await until(() => asked.length === 1)
    canceled.cancel()
    expect(codes(await collected(canceled))).to.deep.equal({ canceled: 1 })
    asked[0]!()
    const list = launch()
    await until(() => asked.length === 2)
    asked[1]!()
    expect(codes(await collected(list))).to.deep.equal({ none: 1 })
    await targets.when({ open: 1 })
    expect(fanout.stats()).to.include({ connections: 1, idle: 1 })
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}
