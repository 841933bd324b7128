import { once } from 'node:events'
import { connect } from 'node:tls'
import { expect } from 'chai'
import { Agent, request, type Dispatcher } from 'undici'
import { rejection } from '../../../rejection.ts'
import { startTargets, type Targets } from './targets.ts'

describe('The targets of the fan-out tests', function () {
  let targets: Targets
  let agent: Agent

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'https', 'mtls', 'h2', 'h2c', 'unix'], addresses: 2 })
  })
  after(() => targets.stop())

  beforeEach(async () => {
    await targets.reset()
    agent = new Agent({ connect: { ca: targets.certificates.ca } })
  })
  afterEach(async () => {
    await agent.destroy()
    await targets.when({ open: 0 })
  })

  const ask = async (path: string, more: Partial<Dispatcher.RequestOptions> = {}) => {
    const { statusCode, headers, body } = await request(targets.url(path), { dispatcher: agent, ...more })
    return { status: statusCode, headers, text: await body.text() }
  }

  it('answer with the status and the size that the path says', async () => {
    expect(await ask('/ok')).to.include({ status: 200, text: 'ok' })
    expect((await ask('/ok?size=100000')).text).to.have.length(100_000)
    expect((await ask('/chunked?size=200000')).text).to.have.length(200_000)
    expect((await ask('/until-close?size=200000')).text).to.have.length(200_000)
    expect(await ask('/status/204')).to.include({ status: 204, text: '' })
    expect(await ask('/status/503', { method: 'HEAD' })).to.include({ status: 503, text: '' })
    expect((await ask('/retry-after/7')).headers['retry-after']).to.equal('7')
    expect((await ask('/redirect/circle/3/2?status=307')).headers.location).to.equal(
      '/redirect/circle/3/0?status=307',
    )
    expect(await ask('/1xx/3')).to.include({ status: 200, text: 'ok' })
    expect(await ask('/nonsense')).to.include({ status: 404 })
  })

  it('say what was asked of them', async () => {
    const { text } = await ask('/echo?a=b', { method: 'POST', body: 'häuser', headers: { 'X-Mine': 'yes' } })
    const said = JSON.parse(text) as { headers: Record<string, string> }
    expect(said).to.include({ method: 'POST', target: '/echo?a=b', body: 'häuser' })
    expect(said.headers['x-mine']).to.equal('yes')
  })

  it('behave so as often as they are told for a key, and well from then on', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 3; i++) statuses.push((await ask('/status/503?times=2&key=a')).status)
    expect(statuses).to.deep.equal([503, 503, 200])
    expect(await ask('/status/503?times=2&key=b')).to.include({ status: 503 })
  })

  it('know how often each id was asked for', async () => {
    for (const id of ['a', 'b', 'a']) expect(await ask(`/id/${id}/status/201`)).to.include({ status: 201 })
    expect(await targets.seen()).to.deep.equal({ a: 2, b: 1 })
  })

  it('count connections, requests, and requests on connections that were used before', async () => {
    await agent.destroy()
    agent = new Agent({ connections: 1 })
    for (let i = 0; i < 3; i++) await ask('/ok')
    expect(await targets.counts()).to.include({ accepted: 1, open: 1, requests: 3, reused: 2, inFlight: 0 })
    await agent.destroy()
    expect(await targets.when({ open: 0 })).to.include({ accepted: 1, peak: 1, resets: 0 })
    await targets.reset()
    expect(await targets.counts()).to.include({ accepted: 0, requests: 0, peak: 0 })
  })

  it('hold requests at a gate until it is opened', async () => {
    const answers = [1, 2, 3].map(() => ask('/gate/a/status/418'))
    expect(await targets.gate('a').held(3)).to.equal(3)
    expect(await targets.counts()).to.include({ open: 3, inFlight: 3 })
    expect(await targets.gate('a').open()).to.equal(3)
    expect((await Promise.all(answers)).map(({ status }) => status)).to.deep.equal([418, 418, 418])
    expect(await ask('/gate/a')).to.include({ status: 200 })
    expect(await targets.counts()).to.include({ requests: 4, inFlight: 0 })
  })

  it('say what is there when something does not come', async () => {
    const error = await rejection(targets.when({ open: 7 }, 1))
    expect(String(error)).to.match(/waited 1 ms for exactly {"open":7}; it is {"accepted":0,/)
  })

  it('shake hands, know who resumes, and let only those in who bring the certificate they want', async () => {
    const session = await shaken(targets)
    await shaken(targets, session)
    await targets.when({ open: 0 })
    expect(await targets.counts()).to.include({ accepted: 2, handshakes: 2, resumed: 1 })

    const asked = async (connect: object) => {
      const dispatcher = new Agent({ connect: { ca: targets.certificates.ca, ...connect } })
      try {
        return (await request(targets.url('/ok', 1, 'mtls'), { dispatcher })).statusCode
      } finally {
        await dispatcher.destroy()
      }
    }
    expect(await asked(targets.certificates.client)).to.equal(200)
    expect(await rejection(asked({}))).to.be.an('error')
    expect(await rejection(asked(targets.certificates.stranger))).to.be.an('error')
    await targets.when({ open: 0 })
    expect(await targets.counts()).to.include({ accepted: 5, handshakes: 3 })
  })

  it('speak HTTP/2, by ALPN and by prior knowledge', async () => {
    for (const [kind, options] of [
      ['h2', { allowH2: true }],
      ['h2c', { allowH2: true, useH2c: true }],
    ] as const) {
      await targets.reset()
      const dispatcher = new Agent({ connect: { ca: targets.certificates.ca }, connections: 1, ...options })
      const get = async (path: string) => {
        const { statusCode, body } = await request(targets.url(path, 0, kind), { dispatcher })
        return { statusCode, text: await body.text() }
      }
      expect(await get('/ok?size=100000'), kind)
        .to.have.property('text')
        .with.length(100_000)
      expect(await get('/status/503'), kind).to.include({ statusCode: 503, text: 'ok' })
      expect(await rejection(get('/reset')), kind).to.be.an('error')
      expect(await targets.counts(), kind).to.include({ accepted: 1, requests: 3, reused: 2 })
      await dispatcher.destroy()
      await targets.when({ open: 0 })
    }
  })

  it('listen on a unix domain socket', async () => {
    const dispatcher = new Agent({ connect: { socketPath: targets.socketPath } })
    const { statusCode } = await request(targets.url('/ok', 0, 'unix'), { dispatcher })
    expect(statusCode).to.equal(200)
    await dispatcher.destroy()
  })

  for (const [kind, paths] of [
    [
      'http',
      ['/short', '/half-head', '/garbage', '/bad-chunk', '/bad-length', '/reset', '/reset-body', '/drop'],
    ],
    ['https', ['/reset', '/reset-body', '/drop', '/half-head']],
  ] as const)
    for (const path of paths)
      it(`break the exchange at ${path} by ${kind}, and answer the next one`, async () => {
        const get = async (path: string) => {
          const { body } = await request(targets.url(path, 0, kind), { dispatcher: agent })
          return body.text()
        }
        expect(await rejection(get(path))).to.be.an('error')
        expect(await get('/ok')).to.equal('ok')
      })

  for (const path of ['/endless', '/drip', '/hang-body'])
    it(`do not mind who leaves in the middle of ${path}`, async () => {
      const { body } = await request(targets.url(path), { dispatcher: agent })
      body.on('error', () => undefined).destroy()
      expect(await targets.when({ open: 0, inFlight: 0 })).to.include({ requests: 1 })
    })

  it('close what is idle, and only that, when they are told to', async () => {
    const held = ask('/gate/b')
    await targets.gate('b').held(1)
    await ask('/ok')
    expect(await targets.closeIdle()).to.equal(1)
    await targets.when({ open: 1 })
    await targets.gate('b').open()
    expect(await held).to.include({ status: 200 })
  })

  it('close a connection that was idle for as long as they announced', async () => {
    expect((await ask('/keep-alive/0.05')).headers['keep-alive']).to.equal('timeout=0.05')
    await targets.when({ open: 0 })
  })
})

/** A handshake and a request; answers the session to go on with. */
async function shaken(targets: Targets, session?: Buffer): Promise<Buffer | undefined> {
  const { address, port } = targets.listeners.find(({ kind }) => kind === 'https')!
  const socket = connect({ host: address, port, ca: targets.certificates.ca, session })
  let next: Buffer | undefined
  socket.on('session', (session: Buffer) => (next = session))
  await once(socket, 'secureConnect')
  socket.write('GET /ok HTTP/1.1\r\n\r\n')
  await once(socket, 'data')
  socket.end()
  await once(socket, 'close')
  return next
}
