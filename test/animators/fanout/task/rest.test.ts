import { expect } from 'chai'
import { createInterface } from 'node:readline'
import { fanout, type FanOutItem } from '../../../../src/animators/fanout/index.ts'
import { ask, opened, serve, type Answer, type Service } from '../../../rest/service.ts'
import { readEvents } from '../../../rest/sse.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { Host, rangeOf, states } from './host.ts'

const MiB = 2 ** 20
/** As many as the original had in flight. */
const MANY = 24_000

describe('A fan-out over REST', () => {
  let targets: Targets
  let service: Service
  let host: Host

  before(async () => {
    targets = await startTargets({ addresses: 4 })
  })
  after(() => targets.stop())
  beforeEach(async () => {
    service = await serve({
      manager: { maxJson: 16 * MiB },
      router: { bodyLimit: 16 * MiB, validateResponses: false },
    })
    const limits = { maxConcurrency: 500, maxKeepBody: 1000, insecure: false } as const
    service.manager.register('HTTP_FANOUT', fanout({ allow: ['127.0.0.0/8'], ...limits }))
    host = new Host(service.manager)
  })
  afterEach(() => service.close())

  function create(args: unknown, more: object = {}): Promise<Answer> {
    return ask(service, 'POST', '/hk/tasks', { body: { operation: 'HTTP_FANOUT', args, ...more } })
  }

  async function created(args: unknown): Promise<string> {
    const { status, body, text } = await create(args)
    expect(status, text).to.equal(201)
    return body.id as string
  }

  async function refused(args: unknown): Promise<string[]> {
    const { status, body, text } = await create(args)
    expect(status, text).to.equal(400)
    return body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`)
  }

  it('refuses arguments with every fault and its place', async () => {
    const told = await refused({
      source: { method: 'TRACE', timeout: 'soon', wrong: 1 },
      items: [{ url: 'ftp://127.0.0.1/' }, { url: 5 }, { success: [] }, { retry: -1 }],
      concurrency: 0,
    })
    const places = told.map((line) => line.split(' ')[0])
    for (const place of [
      '/args/source/method',
      '/args/source/timeout',
      '/args/items/0/url',
      '/args/items/1/url',
      '/args/items/2/success',
      '/args/items/3/retry',
      '/args/concurrency',
    ])
      expect(places, told.join('\n')).to.include(place)
    expect(told.join('\n')).to.contain('wrong')
    expect(
      await refused({
        items: [
          {},
          { url: 'http://10.0.0.1/' },
          { url: 'http://ann:x@127.0.0.1/' },
          { url: targets.url('/ok'), body: 'a', json: 1 },
          { url: targets.url('/ok'), keep: { body: 2000 } },
          { url: targets.url('/ok'), tls: { insecure: true } },
          { url: targets.url('/ok'), transport: { socketPath: '/run/docker.sock' } },
        ],
        concurrency: 501,
      }).then((lines) => lines.map((line) => line.split(' ')[0])),
    ).to.have.members([
      '/args/concurrency',
      '/args/items/0/url',
      '/args/items/1/url',
      '/args/items/2/url',
      '/args/items/3',
      '/args/items/4/keep/body',
      '/args/items/5/tls/insecure',
      '/args/items/6/transport/socketPath',
    ])
    expect(await refused({})).to.deep.equal(['/args/items is required, or targets'])
    expect(
      await refused({ source: { url: 'http://{target}/' }, targets: ['a b', '127.0.0.1', '10.0.0.1'] }),
    ).to.have.length(2)
    const many = await refused({ items: rangeOf(500).map(() => ({})) })
    expect(many).to.have.length(51)
    expect(many.at(-1)).to.equal('/args only 50 faults are told; there may be more')
  })

  it('has its items in pages, as lines of JSON, and as events', async () => {
    const id = await created({ items: rangeOf(2500).map((i) => ({ url: targets.url('/ok', i) })) })
    await host.ended(id)
    const path = `/hk/tasks/${id}/output?stream=items`
    const seen: number[] = []
    for (let after = 0; ;) {
      const { body } = await ask(service, 'GET', `${path}&limit=1000&after=${after}`)
      seen.push(...body.items.map(({ data }: { data: FanOutItem }) => data.index))
      expect(body.dropped).to.equal(0)
      if (body.items.length < 1000) break
      after = body.cursor
    }
    expect([...seen].sort((a, b) => a - b)).to.deep.equal(rangeOf(2500))
    const { text } = await ask(service, 'GET', path, { headers: { accept: 'application/x-ndjson' } })
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { data: FanOutItem })
    expect(lines.map(({ data }) => data.index)).to.deep.equal(seen)
    expect(lines[0]!.data).to.include({ state: 'SUCCEEDED', status: 200, body: 'ok' })
    const events = await readEvents(service, path)
    await events.ended
    expect(events.events).to.have.length(2501)
    expect(events.events.at(-1)!.event).to.equal('end')
  })

  it('has its items followed while it runs, until its end', async () => {
    await targets.gate('follow').shut()
    const id = await created({ items: [{ url: targets.url('/ok') }, { url: targets.url('/gate/follow') }] })
    const response = await opened(service, 'GET', `/hk/tasks/${id}/output?stream=items&follow=true`, {
      headers: { accept: 'application/x-ndjson' },
    })
    const items: FanOutItem[] = []
    for await (const line of createInterface(response)) {
      items.push((JSON.parse(line) as { data: FanOutItem }).data)
      // It is only answered once the item before it has been seen.
      if (items.length === 1) await targets.gate('follow').open()
    }
    expect(items.map(({ index, state }) => [index, state])).to.deep.equal([
      [0, 'SUCCEEDED'],
      [1, 'SUCCEEDED'],
    ])
  })

  it('is canceled, and shows so', async () => {
    await targets.gate('cancel').shut()
    const id = await created({ items: rangeOf(100).map((i) => ({ url: targets.url('/gate/cancel', i) })) })
    await targets.gate('cancel').held(100)
    const { status } = await ask(service, 'POST', `/hk/tasks/${id}/cancel`)
    expect(status).to.equal(200)
    const { task, items } = await host.ended(id)
    expect(task.state).to.equal('CANCELED')
    expect(states(items)).to.deep.equal({ CANCELED: 100 })
    await targets.when({ inFlight: 0 })
  })

  it(`takes ${MANY} targets by a template, where body and arguments may be that large`, async () => {
    const hosts = rangeOf(4).map((i) => new URL(targets.url('/', i)).host)
    const names = rangeOf(MANY).map((i) => ({ host: hosts[i % 4]!, id: `node ${i}` }))
    await targets.reset()
    const answer = await create({
      source: { url: 'http://{host}/ok?node={id}', keep: { body: 0 } },
      targets: names,
      concurrency: 100,
    })
    expect(answer.status, answer.text.slice(0, 1000)).to.equal(201)
    const { task, items, summary } = await host.ended(answer.body.id as string)
    expect(task.state).to.equal('SUCCEEDED')
    expect(summary).to.include({ total: MANY, succeeded: MANY })
    expect(items.map(({ id }) => id).sort()).to.deep.equal(names.map(({ id }) => id).sort())
    expect(await targets.counts()).to.include({ requests: MANY })
  })

  it('refuses lists that are larger than what the host takes, by each of its limits', async () => {
    const small = await serve()
    try {
      small.manager.register('HTTP_FANOUT', fanout({ allow: 'any', maxItems: 100 }))
      const args = (count: number, length: number) => ({
        source: { url: 'http://{target}.example/' },
        targets: rangeOf(count).map((i) => `${'x'.repeat(length)}${i}`),
      })
      const sent = (args: object) =>
        ask(small, 'POST', '/hk/tasks', { body: { operation: 'HTTP_FANOUT', autoStart: false, args } })
      expect((await sent(args(101, 1))).body.errors[0].path).to.equal('/args/targets')
      expect(await sent(args(100, 1))).to.include({ status: 201 })
      expect(await sent(args(1000, 2000))).to.include({ status: 413 })
    } finally {
      await small.close()
    }
  })
})
