import { expect } from 'chai'
import { memory, type OutputEntry, type ProgressUpdate, type TaskOps } from '../../src/index.ts'
import { collectEvents, settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { rejection } from '../rejection.ts'
import { door, refusal } from './promises.ts'

describe('The progress of a run', () => {
  const make = useManagers()

  it('is coalesced: of a flood of calls few become events, and the last one wins', async () => {
    const { manager, clock } = make()
    const { events } = collectEvents(manager)
    const end = door()
    manager.register('WORK', {
      async run(ops) {
        for (let done = 0; done <= 100_000; done++) ops.setProgress({ done, total: 200_000 })
        expect(ops.get().progress).to.include({ done: 100_000, percent: 50 })
        await end.opened
      },
    })
    const { task } = await manager.create('WORK')
    await settled()
    await clock.advance('1s')
    expect((await manager.get(task.id)).progress).to.include({ done: 100_000, total: 200_000, percent: 50 })
    expect(events).to.have.length.below(5)
    end.open()
    await manager.waitFor(task.id)
  })

  it('goes on being told while the run goes on, each with its time', async () => {
    const { manager, clock } = make()
    const ops = door<TaskOps>()
    manager.register('WORK', { run: (own) => (ops.open(own), own.waitFor('action')) })
    const { task } = await manager.create('WORK')
    const { setProgress } = await ops.opened.then((own) => ({ setProgress: own.setProgress.bind(own) }))
    for (const percent of [10, 20, 30]) {
      setProgress({ percent, message: `at ${percent}` })
      await clock.advance('1s')
      const { progress } = await manager.get(task.id)
      expect(progress).to.include({ percent, message: `at ${percent}` })
      expect(progress!.time).to.be.within(clock.now() - 1000, clock.now())
    }
  })

  it('that is told last thing before the end is kept with the end', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => ops.setProgress({ done: 1, total: 3 }) })
    const { task } = await manager.create('WORK')
    expect((await manager.waitFor(task.id)).progress).to.include({ done: 1, total: 3, percent: 33.3 })
  })

  it('derives its percent, and never says more than all', async () => {
    const { manager } = make()
    const cases: [ProgressUpdate, number | undefined][] = [
      [{ done: 0, total: 5 }, 0],
      [{ done: 2, total: 3 }, 66.6],
      [{ done: 5, total: 3 }, 100],
      [{ done: 0, total: 0 }, 100],
      [{ done: 1, total: 3, percent: 50 }, 50],
      [{ done: 7 }, undefined],
      [{ message: 'on it' }, undefined],
    ]
    manager.register('WORK', { run: (ops) => ops.setProgress(ops.args) })
    for (const [update, percent] of cases) {
      const { task } = await manager.create('WORK', update)
      expect((await manager.waitFor(task.id)).progress!.percent).to.equal(percent)
    }
  })

  it('that is none is refused', async () => {
    const { manager } = make()
    const odd = [{ percent: 101 }, { percent: -1 }, { done: Number.NaN }, { total: Infinity }, { done: '3' }]
    manager.register('WORK', { run: (ops) => ops.setProgress(odd[ops.args.i] as ProgressUpdate) })
    for (const i of odd.keys()) {
      const { task } = await manager.create('WORK', { i })
      expect((await manager.waitFor(task.id)).error).to.include({ code: 'invalid-option' })
    }
  })
})

describe('The output of a run', () => {
  const make = useManagers()

  it('is kept by stream, in order, with its time and attempt, on and on across attempts', async () => {
    const { manager, clock } = make()
    manager.register('WORK', {
      retry: { limit: 1, backoff: '1s', jitter: 0 },
      run(ops) {
        ops.log('warn', `try ${ops.attempt}`, { n: 1 })
        ops.output('stdout').write('text')
        ops.output('items').write({ data: { url: 'a' } })
        if (ops.attempt === 1) throw new Error('again')
      },
    })
    const { task } = await manager.create('WORK')
    const start = clock.now()
    await clock.advance('2s')
    const log = await manager.output(task.id, { stream: 'log' })
    expect(log).to.deep.equal({
      items: [1, 2].map((n) => ({
        stream: 'log',
        seq: n,
        level: 'warn',
        text: `try ${n}`,
        data: { n: 1 },
        time: start + (n - 1) * 1000,
        attempt: n,
      })),
      cursor: 2,
      dropped: 0,
    })
    const items = (await manager.output(task.id, { stream: 'items' })).items
    expect(items.map(({ data }) => data)).to.deep.equal([{ url: 'a' }, { url: 'a' }])
    expect((await manager.output(task.id, { stream: 'stderr' })).items).to.deep.equal([])
  })

  it('is read in pages, after a number, or from its tail', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run(ops) {
        for (let i = 1; i <= 250; i++) ops.output('stdout').write(`${i}`)
      },
    })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    const page = (query: object) => manager.output(task.id, { stream: 'stdout', ...query })
    const first = await page({})
    expect([first.items.length, first.cursor]).to.deep.equal([100, 100])
    expect((await page({ after: first.cursor, limit: 3 })).items.map(({ text }) => text)).to.deep.equal([
      '101',
      '102',
      '103',
    ])
    expect((await page({ tail: 2 })).items.map(({ text }) => text)).to.deep.equal(['249', '250'])
    expect(await page({ after: 250 })).to.deep.equal({ items: [], cursor: 250, dropped: 0 })
    for (const query of [{ stream: 'logs' }, { limit: 0 }, { after: -1 }, { tail: 1.5 }, { last: 3 }])
      await refusal('invalid-option', page(query))
  })

  it('in a flood drops its oldest lines and counts them, and never an item', async () => {
    const { manager } = make({ engine: memory({ outputBytes: 10_000 }) })
    manager.register('FLOOD', {
      run(ops) {
        for (let i = 1; i <= 30_000; i++) ops.log('info', `line ${i}`)
        for (let i = 1; i <= 5_000; i++) ops.output('items').write({ data: i })
      },
    })
    const { task } = await manager.create('FLOOD')
    await manager.waitFor(task.id)
    const { items, dropped } = await manager.output(task.id, { stream: 'log', limit: 1000 })
    expect(items.at(-1)!.text).to.equal('line 30000')
    expect(dropped + items.length).to.equal(30_000)
    expect(items).to.have.length.within(50, 200)
    const kept = await manager.output(task.id, { stream: 'items', tail: 1 })
    expect([kept.items[0]!.seq, kept.items[0]!.data, kept.dropped]).to.deep.equal([5_000, 5_000, 0])
  })

  it('keeps no more items than the creation says', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run(ops) {
        for (let i = 1; i <= 5; i++) ops.output('items').write({ data: i })
      },
    })
    const { task } = await manager.create('WORK', {}, { maxItems: 3 })
    await manager.waitFor(task.id)
    const { items, dropped } = await manager.output(task.id, { stream: 'items' })
    expect([items.map(({ data }) => data), dropped]).to.deep.equal([[1, 2, 3], 2])
  })

  it('takes what a run gives away as it is, frozen, and refuses what is no JSON', async () => {
    const { manager } = make()
    const given = { n: 1, list: [{ a: 'b' }] }
    manager.register('WORK', {
      run(ops) {
        ops.output('items').give(given)
        ops.output('items').give({ late: new Date() })
      },
    })
    const { task } = await manager.create('WORK')
    expect((await manager.waitFor(task.id)).error).to.include({ code: 'invalid-arguments' })
    const { items } = await manager.output(task.id, { stream: 'items' })
    expect(items).to.have.length(1)
    expect(items[0]!.data).to.equal(given)
    expect([given, given.list, given.list[0]].every(Object.isFrozen)).to.equal(true)
  })

  it('takes odd fields and endless lines without harm', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run(ops) {
        const round: Record<string, unknown> = {}
        round['self'] = round
        ops.log('info', 'x'.repeat(100_000), round)
      },
    })
    const { task } = await manager.create('WORK')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
    const [entry] = (await manager.output(task.id, { stream: 'log' })).items
    expect(entry!.text).to.have.length(65_537)
    expect(JSON.stringify(entry!.data)).to.contain('cannot be kept')
  })
})

describe('Following the output of a task', () => {
  const make = useManagers()

  it('tells what is there and what comes, until the task has ended', async () => {
    const { manager, clock } = make()
    const ops = door<TaskOps>()
    const end = door()
    manager.register('WORK', { run: (own) => (ops.open(own), end.opened) })
    const { task } = await manager.create('WORK')
    const own = await ops.opened
    own.log('info', 'one')
    await settled()
    const seen: string[] = []
    const read = (async () => {
      for await (const { text } of manager.follow(task.id, { stream: 'log' })) {
        seen.push(text!)
        if (seen.length === 1) own.log('info', 'two')
        else if (seen.length === 2) end.open()
      }
    })()
    await clock.advance('1s')
    await read
    expect(seen).to.deep.equal(['one', 'two'])
  })

  it('loses nothing of a long output, and may begin late', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run(ops) {
        for (let i = 1; i <= 1_500; i++) ops.log('info', `${i}`)
      },
    })
    const { task } = await manager.create('WORK')
    const follow = async (options: object) => {
      const entries: OutputEntry[] = []
      for await (const entry of manager.follow(task.id, { stream: 'log', ...options })) entries.push(entry)
      return entries.map(({ seq }) => seq)
    }
    const all = Array.from({ length: 1_500 }, (_, i) => i + 1)
    expect(await follow({})).to.deep.equal(all)
    expect(await follow({ after: 1_490 })).to.deep.equal(all.slice(1_490))
    expect(await follow({ tail: 5 })).to.deep.equal(all.slice(-5))
  })

  it('ends with the reason of the signal that it was given', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => ops.waitFor('action') })
    const { task } = await manager.create('WORK')
    const leave = new AbortController()
    const next = manager.follow(task.id, { stream: 'log', signal: leave.signal }).next()
    const failed = rejection(next)
    await settled()
    leave.abort(new Error('enough'))
    expect(await failed).to.include({ message: 'enough' })
  })

  it('ends so also while there is more to read', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run(ops) {
        for (let i = 0; i < 1_500; i++) ops.log('info', 'one of many')
      },
    })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    const leave = new AbortController()
    const pages = manager.followPages(task.id, { stream: 'log', signal: leave.signal })
    expect((await pages.next()).done).to.equal(false)
    leave.abort(new Error('enough'))
    expect(await rejection(pages.next())).to.include({ message: 'enough' })
  })

  it('can be left in the middle, as any loop', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => (ops.log('info', 'one'), ops.log('info', 'two')) })
    const { task } = await manager.create('WORK')
    for await (const { text } of manager.follow(task.id, { stream: 'log' })) {
      expect(text).to.equal('one')
      break
    }
  })
})

describe('Waiting for the end of a task', () => {
  const make = useManagers()

  it('answers it at its end, however it ends, and at once when it has ended', async () => {
    const { manager } = make()
    manager
      .register('GOOD', { run: () => 'ok' })
      .register('BAD', { run: () => Promise.reject(new Error('no')) })
    for (const [operation, state] of Object.entries({ GOOD: 'SUCCEEDED', BAD: 'FAILED' })) {
      const { task } = await manager.create(operation)
      expect(await manager.waitFor(task.id)).to.include({ state })
      expect(await manager.waitFor(task.id)).to.include({ state })
    }
    await refusal('task-not-found', manager.waitFor('nobody'))
  })

  it('answers it as it is when the time is up', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { run: (ops) => ops.waitFor('action') })
    const { task } = await manager.create('WORK')
    const waited = manager.waitFor(task.id, { timeout: '10s' })
    await clock.advance('10s')
    expect(await waited).to.include({ state: 'WAITING' })
    await refusal('invalid-option', manager.waitFor(task.id, { timeout: 'long' }))
  })

  it('is given up with the reason of the signal, and the task goes on', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => ops.waitFor('action') })
    const { task } = await manager.create('WORK')
    const leave = new AbortController()
    const failed = rejection(manager.waitFor(task.id, { signal: leave.signal }))
    await settled()
    leave.abort(new Error('enough'))
    expect(await failed).to.include({ message: 'enough' })
    expect(await rejection(manager.waitFor(task.id, { signal: leave.signal }))).to.include({
      message: 'enough',
    })
    expect(await manager.get(task.id)).to.include({ state: 'WAITING', cancelRequested: false })
  })

  it('answers the end even of a task that is forgotten at once', async () => {
    const { manager } = make({ purgeDelay: 0 })
    manager.register('WORK', { run: () => 'ok' })
    const { task } = await manager.create('WORK')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED', result: 'ok' })
  })

  it('does not go on for a task that is deleted meanwhile', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => ops.waitFor('action') })
    const { task } = await manager.create('WORK')
    await settled()
    const waited = manager.waitFor(task.id)
    await settled()
    await manager.delete(task.id, { force: true })
    expect(await waited).to.include({ state: 'CANCELED' })
  })
})
