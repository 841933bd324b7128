import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { FanOut, type FanOutRequest } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import { TunnelProxy } from '../targets/proxy.ts'
import { startTargets, type Targets } from '../targets/targets.ts'

describe('Requests through a proxy', () => {
  let targets: Targets
  let proxy: TunnelProxy
  let fanout: FanOut

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'unix'] })
  })
  after(() => targets.stop())
  beforeEach(async () => {
    proxy = await TunnelProxy.start()
    fanout = new FanOut({ proxy: proxy.url })
  })
  afterEach(async () => {
    await fanout.close()
    await proxy.stop()
  })

  const answered = (request: FanOutRequest) => collected(fanout.launch([{ retry: 0, ...request }]))

  it('go through it, with every value of each header', async () => {
    const [item] = await answered({ url: targets.url('/echo'), headers: { 'X-Each': ['one', 'two'] } })
    expect(JSON.parse(item!.body!)).to.have.nested.property('headers.x-each', 'one, two')
    expect(proxy.asked).to.have.length(1)
  })

  it('say that the connection closes with keepAlive: false', async () => {
    const [item] = await answered({ url: targets.url('/echo'), transport: { keepAlive: false } })
    expect(JSON.parse(item!.body!)).to.have.nested.property('headers.connection', 'close')
  })

  it('go to a unix domain socket without it, whatever the host of their URL is', async () => {
    const transport = { socketPath: targets.socketPath }
    const metadata = new URL(targets.url('/ok'))
    metadata.hostname = '169.254.169.254'
    expect(codes(await answered({ url: metadata.href, transport }))).to.deep.equal({ none: 1 })
    expect(proxy.asked).to.deep.equal([])
    expect(codes(await answered({ url: metadata.href }))).to.deep.equal({ 'forbidden-target': 1 })
  })

  it('are told at once, and tried again, where it closes without an answer', async () => {
    const asked: string[] = []
    const closing = http.createServer().on('connect', (request, socket) => {
      asked.push(request.url!)
      socket.end()
    })
    await once(closing.listen(0, '127.0.0.1'), 'listening')
    await using through = new FanOut({
      proxy: `http://127.0.0.1:${(closing.address() as AddressInfo).port}`,
    })
    const request = { url: 'http://a.example/', timeout: 60_000, retry: { limit: 2, backoff: 1 } }
    const [item] = await collected(through.launch([{ ...request, method: 'POST' }]))
    expect(item).to.include({ state: 'FAILED', attempts: 3 })
    expect(item!.error).to.deep.equal({
      code: 'connection-failed',
      message: 'the proxy closed the connection instead of an answer, at the last of 3 attempts',
    })
    expect(asked).to.have.length(3)
    closing.close()
  })

  it('leave the credentials of the proxy to the host', async () => {
    const headers = { 'Proxy-Authorization': 'Basic aHVzaA==' }
    expect(() => fanout.launch([{ url: targets.url('/ok'), headers }])).to.throw(
      /headers.Proxy-Authorization/,
    )
    expect(proxy.asked).to.deep.equal([])
  })
})
