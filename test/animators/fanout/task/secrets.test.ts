import { expect } from 'chai'
import { createPrivateKey } from 'node:crypto'
import { fanout, type Credentials, type FanOutItem } from '../../../../src/animators/fanout/index.ts'
import { ask, serve, type Service } from '../../../rest/service.ts'
import { codes } from '../items.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { Host, useHosts, type Ended } from './host.ts'

/** In every text that nobody may see. */
const HUSH = 'hush-hush'

describe('The secrets of a fan-out', () => {
  const make = useHosts()
  let targets: Targets

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'mtls'], addresses: 2 })
  })
  after(() => targets.stop())
  beforeEach(() => targets.reset())

  /** What the target was told, as it tells. */
  function heard({ body }: FanOutItem): { target: string; headers: Record<string, string> } {
    return JSON.parse(body!) as { target: string; headers: Record<string, string> }
  }

  const table: Record<string, Credentials> = {
    basic: { username: 'ann', password: 'pass' },
    bearer: { token: 'abc', query: { sig: 'xyz' }, headers: { 'x-key': 'k' } },
    elsewhere: { token: HUSH, allow: ['10.0.0.0/8', 'https://bmc.example'] },
    here: { token: 'here', allow: ['127.0.0.0/8'] },
  }

  for (const [how, secrets] of [
    ['a table', table],
    ['a function', async (name: string) => table[name]],
  ] as const)
    it(`are added to the requests that name them, from ${how} of the host`, async () => {
      const host = make({ secrets })
      const items = ['basic', 'bearer', 'here'].map((secret) => ({ secret }))
      const { items: ended } = await host.ran({ source: { url: targets.url('/echo?a=b') }, items })
      const [basic, bearer, here] = [0, 1, 2].map((index) =>
        heard(ended.find((item) => item.index === index)!),
      )
      expect(basic!.headers['authorization']).to.equal(`Basic ${btoa('ann:pass')}`)
      expect(bearer).to.deep.include({ target: '/echo?a=b&sig=xyz' })
      expect(bearer!.headers).to.include({ authorization: 'Bearer abc', 'x-key': 'k' })
      expect(here!.headers['authorization']).to.equal('Bearer here')
      expect(ended.every(({ url }) => url === targets.url('/echo?a=b'))).to.equal(true)
    })

  it('of a table are known when the task is created', async () => {
    const host = make({ secrets: table })
    const error = await host.created({ items: [{ url: targets.url('/ok'), secret: 'none' }] }).then(
      () => undefined,
      (thrown: { faults: unknown }) => thrown.faults,
    )
    expect(error).to.deep.equal([
      { path: '/items/0/secret', message: 'must be the name of credentials that the service has' },
    ])
  })

  it('that cannot be had, or are not for the target, fail their requests before anything is sent', async () => {
    const warnings: string[] = []
    const logger = {
      ...{ error: () => {}, info: () => {}, debug: () => {} },
      warn: (...parts: unknown[]) => void warnings.push(JSON.stringify(parts)),
    }
    const host = make({
      logger,
      secrets: (name) => {
        if (name === 'throws') throw new Error(HUSH)
        if (name === 'rejects') return Promise.reject(new Error(HUSH))
        if (name === 'odd') return { headers: { 'x-key': `${HUSH}\n` } }
        if (name === 'number') return { password: 5 } as unknown as Credentials
        if (name === 'text') return HUSH as unknown as Credentials
        if (name === 'queries') return { query: HUSH } as unknown as Credentials
        if (name === 'headers') return { headers: HUSH } as unknown as Credentials
        if (name === 'header') return { headers: { [`authorization: ${HUSH}`]: '' } }
        if (name === 'tls') return { tls: HUSH } as unknown as Credentials
        if (name === 'allow') return { token: 'abc', allow: [`https://ann:${HUSH}@bmc.example`] }
        if (name === 'no-key') return { tls: { key: HUSH } }
        return name === 'elsewhere' ? table['elsewhere'] : undefined
      },
    })
    const unusable = ['odd', 'number', 'text', 'no-key', 'queries', 'headers', 'header', 'tls', 'allow']
    const names = [...unusable, 'throws', 'rejects', 'elsewhere', 'unknown']
    const url = targets.url('/id/sent/ok')
    const { items, task } = await host.ran({
      items: [...names.map((secret) => ({ id: secret, url, secret })), { url: targets.url('/id/open/ok') }],
    })
    expect(codes(items)).to.deep.equal({ 'unknown-secret': names.length, none: 1 })
    expect(items.filter(({ error }) => error !== undefined).every(({ attempts }) => attempts === 0)).to.equal(
      true,
    )
    expect(task.state).to.equal('SUCCEEDED')
    expect(await targets.seen()).to.deep.equal({ open: 1 })
    expect(JSON.stringify([items, task])).not.to.contain(HUSH)
    for (const name of unusable)
      expect(items.find(({ id }) => id === name)?.error?.message).to.equal(
        `the service's credentials "${name}" are not usable`,
      )
    expect(warnings).to.have.length(unusable.length)
    expect(warnings.find((warning) => warning.includes('"headers"'))).to.contain('secrets.headers.headers')
    expect(warnings.join('')).not.to.contain(HUSH)
  })

  it('are asked for once for a list, however many requests name them', async () => {
    const asked: string[] = []
    const host = make({
      secrets: (name) => {
        asked.push(name)
        return { token: 'abc' }
      },
    })
    const source = { url: targets.url('/ok'), secret: 'bmc' }
    await host.ran({ source, items: Array.from({ length: 500 }, () => ({})) })
    expect(asked).to.deep.equal(['bmc'])
  })

  describe('over REST', () => {
    let service: Service
    let host: Host
    const logged: unknown[] = []
    const told: unknown[] = []

    beforeEach(async () => {
      const log = (...parts: unknown[]): void => void logged.push(parts)
      const logger = { error: log, warn: log, info: log, debug: log }
      service = await serve({ manager: { logger }, router: { logger } })
      const secrets = {
        hidden: {
          token: HUSH,
          query: { q: HUSH },
          headers: { 'x-k': HUSH },
          tls: targets.certificates.client,
        },
      }
      service.manager.register('HTTP_FANOUT', fanout({ allow: ['127.0.0.0/8'], logger, secrets }))
      service.manager.subscribe((events) => void told.push(events))
      host = new Host(service.manager)
    })
    afterEach(() => service.close())

    /** All that anybody can see of the task. */
    async function shown(id: string): Promise<string> {
      const path = `/hk/tasks/${id}`
      const texts: string[] = []
      for (const at of [
        path,
        '/hk/tasks',
        '/hk/operations',
        ...['items', 'log', 'checkpoint'].map((stream) => `${path}/output?stream=${stream}&limit=1000`),
      ]) {
        const { status, text } = await ask(service, 'GET', at)
        expect(status, at).to.equal(200)
        texts.push(text)
      }
      return texts.join('\n') + JSON.stringify([logged, told, service.logged])
    }

    async function ran(args: unknown): Promise<Ended & { id: string }> {
      const { status, body } = await ask(service, 'POST', '/hk/tasks', {
        body: { operation: 'HTTP_FANOUT', args },
      })
      expect(status, JSON.stringify(body)).to.equal(201)
      return { id: body.id, ...(await host.ended(body.id)) }
    }

    it('are nowhere to be seen, whatever comes of the requests', async () => {
      const { ca, client, strangerCa } = targets.certificates
      const encrypted = createPrivateKey(client.key).export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: HUSH,
      }) as string
      const tls = { ca, cert: client.cert, key: encrypted, passphrase: HUSH }
      const mtls = (path: string) => targets.url(path, 0, 'mtls')
      const { id, items } = await ran({
        source: {
          url: targets.url('/ok'),
          headers: { authorization: `Bearer ${HUSH}`, 'x-more': [HUSH, HUSH] },
          query: { secret: HUSH, plain: HUSH },
          retry: { limit: 1, backoff: 1 },
        },
        items: [
          {},
          { url: mtls('/ok'), tls },
          { url: mtls('/ok'), tls: { ca }, secret: 'hidden' },
          { url: mtls('/ok'), tls: { ...tls, ca: strangerCa } },
          { url: mtls('/ok'), tls: { ...tls, passphrase: `not ${HUSH}` } },
          { url: targets.url('/redirect'), secret: 'hidden' },
          { url: targets.url('/redirect/loop') },
          { url: targets.url(`/redirect?to=${encodeURIComponent(targets.url('/ok', 1))}`), secret: 'hidden' },
          ...['/reset', '/garbage', '/short', '/status/500', '/status/503'].map((path) => ({
            url: targets.url(path),
            secret: 'hidden',
          })),
          { url: targets.url('/hang'), timeout: 50, secret: 'hidden' },
          { url: 'http://127.0.0.1:9/', secret: 'hidden' },
          { ignore: true },
        ],
      })
      const text = await shown(id)
      expect(text).not.to.contain(HUSH)
      expect(text).not.to.contain(encodeURIComponent(HUSH).replaceAll('-', '%2D'))
      expect(text).not.to.contain(btoa(HUSH).slice(0, 10))
      for (const key of [client.key, encrypted]) expect(text).not.to.contain(key.split('\n')[2])
      expect(text).to.contain('[redacted]')
      const byIndex = (index: number) => items.find((item) => item.index === index)
      expect(byIndex(0)).to.include({ state: 'SUCCEEDED' })
      expect(byIndex(1)).to.include({ state: 'SUCCEEDED' })
      expect(byIndex(2)).to.include({ state: 'SUCCEEDED' })
      expect(byIndex(3)!.error).to.include({ code: 'tls-failed' })
      expect(byIndex(4)).to.include({ state: 'FAILED' })
      expect(byIndex(7)).to.include({ state: 'SUCCEEDED' })
      expect(items).to.have.length(16)
    })

    it('are not found by a search of all text', async () => {
      const url = targets.url('/ok')
      await ran({ items: [{ url, headers: { 'x-k': HUSH }, query: { a: HUSH }, tls: { passphrase: HUSH } }] })
      const found = async (text: string) =>
        (await ask(service, 'GET', `/hk/tasks?text=${text}`)).body.items.length
      expect(await found(HUSH)).to.equal(0)
      expect(await found('127.0.0')).to.equal(1)
    })

    it('are not in the answer to arguments that are refused', async () => {
      const { status, text } = await ask(service, 'POST', '/hk/tasks', {
        body: {
          operation: 'HTTP_FANOUT',
          args: {
            source: { headers: { 'bad name': HUSH, host: HUSH, good: `${HUSH}\n` }, query: { a: [HUSH] } },
            items: [
              { url: `http://ann:${HUSH}@127.0.0.1/` },
              { url: `http://127.0.0.1/?token=${HUSH}` },
              { url: targets.url('/ok'), tls: { key: HUSH, passphrase: HUSH.repeat(1000) } },
              { url: targets.url('/ok'), headers: { cookie: [HUSH, 5] } },
            ],
          },
        },
      })
      expect(status).to.equal(400)
      expect(text).not.to.contain(HUSH)
    })
  })
})
