import { expect } from 'chai'
import { overEachEngine, type Store } from '../../../engine/engines.ts'
import { codes } from '../items.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { rangeOf, states, useHosts, type Host } from './host.ts'

overEachEngine('A fan-out as a task', (kind) => {
  const make = useHosts()
  let targets: Targets
  let store: Store
  let host: Host

  before(async () => {
    targets = await startTargets({ addresses: 4 })
    store = kind.store()
  })
  after(async () => {
    await targets.stop()
    await store.dispose()
  })
  beforeEach(async () => {
    await targets.reset()
    host = make({ engine: store.engine() })
  })

  const okAt = (i: number) => ({ url: targets.url(`/id/${i}/ok`, i) })

  it('keeps an item for each request and a summary of all', async () => {
    const { task, summary, items } = await host.ran({
      source: { retry: 0, timeout: '20s' },
      items: [
        okAt(0),
        { url: targets.url('/status/404') },
        { ...okAt(2), ignore: true },
        { ...okAt(3), id: 'four', method: 'POST', body: 'x' },
        { url: targets.url('/hang'), timeout: 50 },
        { url: targets.url('/status/503?times=2'), retry: { limit: 3, backoff: 1 } },
      ],
    })
    expect(task.state).to.equal('SUCCEEDED')
    expect(items.map(({ index }) => index)).to.have.members(rangeOf(6))
    expect(states(items)).to.deep.equal({ SUCCEEDED: 3, FAILED: 2, IGNORED: 1 })
    expect(summary).to.deep.include({
      total: 6,
      succeeded: 3,
      failed: 2,
      ignored: 1,
      canceled: 0,
      statuses: { 200: 3, 404: 1 },
      errors: { status: 1, timeout: 1 },
      retries: 2,
    })
    expect(summary.failures.map(({ index, error }) => [index, error])).to.have.deep.members([
      [1, 'status'],
      [4, 'timeout'],
    ])
    expect(summary.slowest).to.have.length(5)
    expect(task.progress).to.include({ done: 6, total: 6, percent: 100 })
    expect(items.find(({ index }) => index === 2)).to.include({ state: 'IGNORED', attempts: 0 })
    expect(await targets.seen()).to.deep.equal({ 0: 1, 3: 1 })
  })

  it('succeeds with nothing to do', async () => {
    const { task, summary } = await host.ran({ items: [] })
    expect(task).to.deep.include({ state: 'SUCCEEDED' })
    expect(task.progress).to.include({ done: 0, total: 0, percent: 100 })
    expect(summary).to.deep.include({ total: 0, failures: [] })
    const ignored = await host.ran({
      source: { ...okAt(0), ignore: true },
      items: rangeOf(500).map(() => ({})),
    })
    expect(ignored.summary).to.include({ total: 500, ignored: 500 })
    expect(await targets.seen()).to.deep.equal({})
  })

  it('tells how far it is while it runs', async () => {
    await targets.gate('p').shut()
    const told = new Promise<void>((resolve) => {
      host.manager.subscribe((events) => {
        if (events.some(({ task }) => task.progress?.done === 30)) resolve()
      })
    })
    const id = await host.created({ items: [...rangeOf(30).map(okAt), { url: targets.url('/gate/p') }] })
    await told
    expect((await host.manager.get(id)).progress).to.include({ done: 30, total: 31, percent: 96.7 })
    await targets.gate('p').open()
    expect((await host.ended(id)).task.progress).to.include({ done: 31, total: 31 })
  })

  for (const [how, stop, failures] of [
    ['failFast', { failFast: true }, 1],
    ['maxFailures', { maxFailures: 2 }, 3],
  ] as const)
    it(`ends FAILED by ${how}, with the summary as its result, and the rest is CANCELED`, async () => {
      await targets.gate('stop').shut()
      const waiting = rangeOf(20).map((i) => ({ url: targets.url('/gate/stop', i) }))
      const failing = rangeOf(failures).map((i) => ({ url: targets.url('/gate/fail/status/404', i) }))
      await targets.gate('fail').shut()
      const id = await host.created({
        items: [...failing, ...waiting, ...rangeOf(100).map(okAt)],
        concurrency: 20 + failures,
        ...stop,
      })
      await targets.gate('stop').held(20)
      await targets.gate('fail').open()
      const { task, summary, items } = await host.ended(id)
      const message = `${failures} of ${120 + failures} requests failed`
      expect(task).to.include({ state: 'FAILED' })
      expect(task.reason).to.include({ code: 'set-by-run', message })
      expect(task.error).to.include({ message })
      expect(states(items)).to.include({ FAILED: failures })
      expect(summary).to.include({ total: 120 + failures, failed: failures })
      expect(summary.canceled + summary.succeeded).to.equal(120)
      expect(codes(items)['stopped']).to.equal(summary.canceled)
      // Those that were held are certainly among them, and their connections are closed.
      const held = items.filter(({ url }) => url.endsWith('/gate/stop'))
      expect(states(held)).to.deep.equal({ CANCELED: 20 })
      await targets.when({ inFlight: 0 })
      expect(new Set(items.map(({ index }) => index)).size).to.equal(120 + failures)
    })

  it('ends FAILED where the failure that was too many is the last of all', async () => {
    const { task, summary } = await host.ran({
      items: [okAt(0), { url: targets.url('/status/404') }],
      concurrency: 1,
      failFast: true,
    })
    expect(task.state).to.equal('FAILED')
    expect(summary).to.include({ succeeded: 1, failed: 1, canceled: 0 })
    const enough = await host.ran({ items: [{ url: targets.url('/status/404') }], maxFailures: 1 })
    expect(enough.task.state).to.equal('SUCCEEDED')
  })

  it('that is canceled in mid-flight has a CANCELED item for all that was unfinished, and closes only their connections', async () => {
    await targets.gate('c').shut()
    // Six connections without work: held together, so that none can have served two.
    await targets.gate('idle').shut()
    const before = await host.created({
      items: rangeOf(6).map((i) => ({ url: targets.url('/gate/idle', i) })),
    })
    await targets.gate('idle').held(6)
    await targets.gate('idle').open()
    await host.ended(before)
    await targets.when({ open: 6 })

    const id = await host.created({
      items: [
        ...rangeOf(5).map(okAt),
        ...rangeOf(10).map((i) => ({ url: targets.url('/gate/c', i) })),
        ...rangeOf(1000).map(okAt),
      ],
      concurrency: 10,
    })
    await targets.gate('c').held(10)
    // Those before may be on their way still.
    await targets.when({ inFlight: 10 })
    const open = await targets.openConnections()
    await host.manager.cancel(id)
    const { task, items } = await host.ended(id)
    expect(task.state).to.equal('CANCELED')
    expect(task.reason?.code).to.equal('canceled')
    expect(items).to.have.length(1015)
    expect(states(items)).to.deep.equal({ SUCCEEDED: 5, CANCELED: 1010 })
    expect(codes(items)).to.deep.equal({ none: 5, canceled: 1010 })
    expect(items.filter(({ attempts }) => attempts > 0)).to.have.length(15)
    // What was answered, and not what was given up.
    expect(task.progress).to.include({ done: 5, total: 1015 })
    await targets.when({ open: open - 10, inFlight: 0 })
    expect(Object.keys(await targets.seen())).to.have.length(5)
  })

  it('that takes longer than its timeout is FAILED, and tried again sends only what has no answer', async () => {
    await targets.gate('t').shut()
    const args = { items: [okAt(0), { url: targets.url('/id/slow/gate/t') }, okAt(2)], concurrency: 3 }
    const once = await host.ran(args, { timeout: 500 })
    expect(once.task).to.include({ state: 'FAILED' })
    expect(once.task.reason?.code).to.equal('timeout')
    expect(codes(once.items)).to.deep.equal({ none: 2, canceled: 1 })
    await targets.when({ inFlight: 0 })

    await targets.reset()
    const id = await host.created(args, { timeout: 500, retry: { limit: 50, backoff: 1 } })
    await targets.gate('t').held(1)
    await targets.when({ inFlight: 0 })
    await targets.gate('t').open()
    const { task, summary, items } = await host.ended(id)
    expect(task.state).to.equal('SUCCEEDED')
    expect(task.attempt).to.be.greaterThan(1)
    expect(summary).to.include({ total: 3, succeeded: 3 })
    expect(items.at(-1)).to.include({ index: 1, state: 'SUCCEEDED', resent: true })
    expect(await targets.seen()).to.include({ 0: 1, 2: 1 })
  })

  it('that is ended from outside stops, and nothing more is written', async () => {
    await targets.gate('o').shut()
    const id = await host.created({
      items: [
        okAt(0),
        ...rangeOf(5).map((i) => ({ url: targets.url('/gate/o', i) })),
        ...rangeOf(100).map(okAt),
      ],
      concurrency: 5,
    })
    await targets.gate('o').held(5)
    await targets.when({ inFlight: 5 })
    await host.manager.update(id, { state: 'SKIPPED', message: 'no longer wanted' })
    expect((await host.ended(id)).task.state).to.equal('SKIPPED')
    await targets.when({ inFlight: 0 })
    const { task, items } = await host.ended(id)
    expect(task).to.include({ state: 'SKIPPED' })
    expect(items.filter(({ state }) => state === 'FAILED')).to.deep.equal([])
    expect(await targets.seen()).to.deep.equal({ 0: 1 })
  })

  it('stops with its manager, and no connection is left', async () => {
    await targets.gate('m').shut()
    const told: string[] = []
    host.manager.subscribe((events) => {
      for (const { task } of events) told.push(`${task.state} ${task.reason?.code ?? ''}`)
    })
    await host.created({ items: rangeOf(50).map((i) => ({ url: targets.url('/gate/m', i) })) })
    await targets.gate('m').held(50)
    await host.manager.close({ grace: 0 })
    await targets.when({ open: 0 })
    expect(told.at(-1)).to.equal(kind.durable ? 'NEW shutdown' : 'CANCELED shutdown')
  })
})
