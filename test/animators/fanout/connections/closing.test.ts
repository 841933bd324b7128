import { expect } from 'chai'
import { FanOut, type FanOutItem, type FanOutRequest } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import type { Kind } from '../targets/protocol.ts'
import { startTargets, type Targets } from '../targets/targets.ts'

describe('Connections of a FanOut', () => {
  let targets: Targets
  let fanout: FanOut

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'mtls', 'h2c', 'h2', 'https', 'unix'], addresses: 8 })
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

  const requests = (count: number, path = '/ok', kind: Kind = 'http'): FanOutRequest[] =>
    Array.from({ length: count }, (_, i) => ({ url: targets.url(path, i, kind) }))

  /** A list whose requests are all in flight at once, so that each has a connection of its own. */
  const together = async (asked: readonly FanOutRequest[], source: Partial<FanOutRequest> = {}) => {
    await targets.gate('all').shut()
    const items = collected(fanout.launch(asked, { source, concurrency: asked.length }))
    await targets.gate('all').held(asked.length)
    await targets.gate('all').open()
    return items
  }

  it('are closed by a cancel where they were in flight, and only there', async () => {
    const list = fanout.launch([...requests(50, '/gate/c'), ...requests(50, '/hang')], { concurrency: 100 })
    await targets.whenAtLeast({ requests: 100 })
    await targets.gate('c').open()
    const items: FanOutItem[] = []
    for await (const item of list) {
      items.push(item)
      if (items.length === 50) list.cancel()
    }
    expect(codes(items)).to.deep.equal({ none: 50, canceled: 50 })
    await targets.when({ open: 50 })
    await targets.reset()
    await together(requests(50, '/gate/all'))
    expect(await targets.counts()).to.include({ accepted: 0, reused: 50, open: 50 })
  })

  it('are not used again where the server says that it closes them', async () => {
    await together(requests(20, '/gate/all/close'))
    await targets.when({ open: 0 })
    expect(codes(await together(requests(20, '/gate/all')))).to.deep.equal({ none: 20 })
    expect(await targets.counts()).to.include({ accepted: 40, reused: 0 })
  })

  it('that the server closes unasked are replaced, and no request fails of it', async () => {
    await together(requests(100, '/gate/all'))
    await targets.closeIdle()
    const items = await collected(fanout.launch(requests(100)))
    expect(codes(items)).to.deep.equal({ none: 100 })
    expect(items.every(({ attempts }) => attempts === 1)).to.equal(true)
    await together(requests(20, '/gate/all/close-silently'))
    expect(codes(await collected(fanout.launch(requests(20))))).to.deep.equal({ none: 20 })
  })

  it('are not used again once the time that the server announced is all but over', async () => {
    await together(requests(20, '/gate/all/keep-alive/1'))
    await together(requests(20, '/gate/all'))
    expect(await targets.counts()).to.include({ accepted: 40, reused: 0 })
  })

  it('stay open without work as many as maxIdle allows', async () => {
    await together(requests(100, '/gate/all'), { transport: { maxIdle: 10 } })
    await targets.when({ open: 10 })
    expect(fanout.stats()).to.include({ connections: 10, idle: 10 })
  })

  it('stay open without work to each host as many as maxIdlePerHost allows', async () => {
    await together(requests(100, '/gate/all'), { transport: { maxIdlePerHost: 2 } })
    await targets.when({ open: 16 })
  })

  it('are closed when they had no work for idleTimeout', async () => {
    await together(requests(100, '/gate/all'), { transport: { idleTimeout: 100 } })
    await targets.when({ open: 0 })
    expect(fanout.stats()).to.include({ connections: 0, idle: 0 })
  })

  it('close after each answer with keepAlive: false, and say so to the server', async () => {
    const source = { transport: { keepAlive: false } }
    await together(requests(20, '/gate/all'), source)
    await targets.when({ open: 0 })
    const [item] = await collected(fanout.launch(requests(1, '/echo'), { source }))
    expect(JSON.parse(item!.body!)).to.have.nested.property('headers.connection', 'close')
  })

  it('are shared by lists of the same transport, and by no others', async () => {
    const asked = requests(8, '/gate/all')
    await together(asked, { transport: { idleTimeout: '30s' } })
    await together(asked, { transport: { idleTimeout: 30_000 }, timeout: '5s', retry: 1 })
    expect(await targets.counts()).to.include({ accepted: 8, reused: 8 })
    await together(asked, { transport: { idleTimeout: '31s' } })
    expect(await targets.counts()).to.include({ accepted: 16, reused: 8 })
  })

  it('are never more than maxConnections, nor to one host than perHost', async () => {
    await fanout.close()
    fanout = new FanOut({ maxConnections: 10 })
    // To one address: the server may count one as open that was closed here to make room at another address.
    const one = Array.from({ length: 200 }, () => ({ url: targets.url('/delay/5') }))
    expect(codes(await collected(fanout.launch(one, { concurrency: 200 })))).to.deep.equal({ none: 200 })
    expect((await targets.counts()).peak).to.equal(10)
    expect(codes(await collected(fanout.launch(requests(200))))).to.deep.equal({ none: 200 })
    await fanout.close()
    await targets.when({ open: 0 })
    await targets.reset()
    fanout = new FanOut()
    const list = fanout.launch(requests(200, '/delay/5'), { perHost: 2, concurrency: 200 })
    expect(codes(await collected(list))).to.deep.equal({ none: 200 })
    expect((await targets.counts()).peak).to.equal(16)
  })

  it('by TLS with client certificates serve the next list without a handshake, and resume when they were closed', async () => {
    const source = { tls: { ca: targets.certificates.ca, ...targets.certificates.client } }
    const asked = requests(40, '/gate/all', 'mtls')
    expect(codes(await together(asked, source))).to.deep.equal({ none: 40 })
    expect(await targets.counts()).to.include({ accepted: 40, handshakes: 40 })
    await together(asked, source)
    expect(await targets.counts()).to.include({ accepted: 40, handshakes: 40, reused: 40 })
    await targets.closeIdle()
    await targets.when({ open: 0 })
    await targets.reset()
    await together(asked, source)
    expect(await targets.counts()).to.include({ handshakes: 40, resumed: 40 })
  })

  it('by TLS are not made where a certificate is missing or not to be trusted', async () => {
    const { ca, strangerCa, stranger } = targets.certificates
    const code = async (tls: FanOutRequest['tls'], kind: Kind) => {
      const source = { tls: tls!, retry: 0 }
      return codes(await collected(fanout.launch(requests(1, '/ok', kind), { source })))
    }
    expect(await code({ ca: strangerCa }, 'https')).to.deep.equal({ 'tls-failed': 1 })
    expect(await code({ ca, serverName: 'other.test' }, 'https')).to.deep.equal({ 'tls-failed': 1 })
    expect(await code({ ca }, 'mtls')).to.deep.equal({ 'tls-failed': 1 })
    // This server says no word about it, and closes.
    expect(await code({ ca, ...stranger }, 'mtls')).to.deep.equal({ 'connection-lost': 1 })
    expect(await targets.counts()).to.include({ requests: 0 })
  })

  for (const kind of ['h2', 'h2c'] as const) {
    const over = (): Partial<FanOutRequest> => ({
      transport: { http2: kind === 'h2c' ? 'prior-knowledge' : true },
      ...(kind === 'h2' && { tls: { ca: targets.certificates.ca } }),
    })

    it(`by HTTP/2 (${kind}) end with their own streams only`, async () => {
      const asked = [...requests(40, '/hang', kind), ...requests(8, '/gate/d/drop', kind).slice(0, 1)]
      const source = { ...over(), retry: 0 }
      await targets.gate('d').shut()
      const items = collected(fanout.launch(asked, { source: { ...source, timeout: 500 }, concurrency: 41 }))
      await targets.gate('d').held(1)
      await targets.whenAtLeast({ requests: 41 })
      expect(await targets.counts()).to.include({ open: 8 })
      await targets.gate('d').open()
      expect(codes(await items)).to.deep.equal({ 'connection-lost': 6, timeout: 35 })
      await targets.when({ open: 7, streamResets: 35 })
    })

    it(`by HTTP/2 (${kind}) that the server leaves with GOAWAY are replaced`, async () => {
      await together(requests(16, '/gate/all/goaway', kind), over())
      expect(
        codes(await collected(fanout.launch(requests(16, '/ok', kind), { source: over() }))),
      ).to.deep.equal({
        none: 16,
      })
    })
  }

  it('go by HTTP/1.1 where HTTP/2 is offered and not taken', async () => {
    const source = { transport: { http2: true }, tls: { ca: targets.certificates.ca } } as const
    const items = await together(requests(16, '/gate/all', 'https'), source)
    expect(codes(items)).to.deep.equal({ none: 16 })
    expect(await targets.counts()).to.include({ requests: 16 })
  })

  it('lead to a unix domain socket where one is named', async () => {
    const source = { transport: { socketPath: targets.socketPath } }
    const items = await collected(fanout.launch(requests(4, '/ok', 'unix'), { source }))
    expect(codes(items)).to.deep.equal({ none: 4 })
  })

  it('are all closed once the FanOut is', async () => {
    await together(requests(100, '/gate/all'))
    const list = fanout.launch(requests(10, '/hang'))
    await targets.when({ inFlight: 10 })
    const items = collected(list)
    await fanout.close()
    expect(codes(await items)).to.deep.equal({ canceled: 10 })
    await targets.when({ open: 0 })
    expect(fanout.alive()).to.equal(false)
  })
})
