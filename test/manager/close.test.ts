import { expect } from 'chai'
import { Manager, memory, ShutDown, type TaskOps } from '../../src/index.ts'
import { collectEvents, settled, waitForState } from '../../src/testing/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { useManagers } from './managers.ts'
import { rejection } from '../rejection.ts'
import { door, never, refusal } from './promises.ts'

const untilAborted = ({ signal }: TaskOps): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

describe('Closing a manager', () => {
  const make = useManagers()

  it('lets runs end by themselves within the grace, and starts no others', async () => {
    const { manager, clock } = make({ concurrency: 1 })
    const end = door()
    let aborted = false
    manager.register('WORK', {
      async run(ops) {
        ops.signal.addEventListener('abort', () => (aborted = true))
        await end.opened
        return 'in time'
      },
    })
    const { events } = collectEvents(manager)
    const { task } = await manager.create('WORK')
    const { task: queued } = await manager.create('WORK')
    await settled()
    const closed = manager.close({ grace: '10s' })
    expect(manager.status()).to.deep.equal({ state: 'closing', running: 1, abandoned: 0 })
    await clock.advance('9s')
    end.open()
    await closed
    const last = (id: string) => events.findLast((event) => event.task.id === id)!.task
    expect(last(task.id)).to.include({ state: 'SUCCEEDED', result: 'in time' })
    expect(last(queued.id)).to.deep.include({
      state: 'CANCELED',
      attempt: 0,
      reason: { code: 'shutdown', message: 'the manager is closing' },
    })
    expect(aborted).to.be.false
    expect(manager.status()).to.deep.equal({ state: 'closed', running: 0, abandoned: 0 })
    expect(clock.pending).to.equal(0)
  })

  it('asks runs to give their tasks back where those go on later, and only there', async () => {
    for (const durable of [false, true]) {
      const { manager } = make(durable ? { engine: new SharedMemory() } : {})
      const [began, step] = [door(), door()]
      let asked: boolean[] = []
      manager.register('WORK', {
        async run(ops) {
          asked = [ops.shouldYield()]
          began.open()
          await step.opened
          asked.push(ops.shouldYield())
          if (ops.shouldYield()) throw new ShutDown('the rest is for the next run')
          return 'all of it'
        },
      })
      const { events } = collectEvents(manager)
      const { task } = await manager.create('WORK')
      await began.opened
      const closed = manager.close({ grace: '10s' })
      step.open()
      await closed
      expect(asked).to.deep.equal([false, durable])
      const last = events.findLast((event) => event.task.id === task.id)!.task
      if (durable) expect(last).to.include({ state: 'NEW', attempt: 0 })
      else expect(last).to.include({ state: 'SUCCEEDED', result: 'all of it' })
    }
  })

  it('aborts what runs after the grace, with ShutDown', async () => {
    const { manager, clock } = make()
    let reason: unknown
    manager.register('WORK', {
      run: (ops) => untilAborted(ops).catch((error: unknown) => Promise.reject((reason = error))),
    })
    const { events } = collectEvents(manager)
    await manager.create('WORK')
    await settled()
    const closed = manager.close({ grace: '10s' })
    await clock.advance('9s')
    expect(reason).to.equal(undefined)
    await clock.advance('1s')
    await closed
    expect(reason).to.be.instanceOf(ShutDown)
    expect(events.at(-1)!.task).to.deep.include({
      state: 'CANCELED',
      reason: { code: 'shutdown', message: 'the manager is closing' },
    })
    expect(events.at(-1)!.task.error).to.equal(undefined)
  })

  it('leaves behind what ignores its abort, and refuses what that writes later', async () => {
    const { manager, clock } = make()
    const end = door()
    const done = door()
    manager.register('STUBBORN', {
      cancelGrace: '5s',
      async run(ops) {
        await end.opened
        ops.setProgress({ done: 1 })
        ops.log('info', 'late')
        done.open(undefined)
      },
    })
    const { events } = collectEvents(manager)
    await manager.create('STUBBORN')
    await settled()
    const closed = manager.close({ grace: '10s' })
    await clock.advance('15s')
    await closed
    expect(events.at(-1)!.task).to.include({ state: 'CANCELED' })
    expect(manager.status()).to.include({ state: 'closed', abandoned: 1 })
    const before = events.length
    end.open()
    await done.opened
    await settled()
    expect(events).to.have.length(before)
    expect(clock.pending).to.equal(0)
  })

  it('a second time, even in the same turn, shortens the grace and never lengthens it', async () => {
    for (const [first, second, over] of [
      ['1h', '5s', '5s'],
      ['5s', '1h', '5s'],
      ['1h', 0, '1ms'],
    ] as const) {
      const { manager, clock } = make()
      manager.register('WORK', { run: untilAborted })
      await manager.create('WORK')
      await settled()
      let closed = 0
      void manager.close({ grace: first }).then(() => closed++)
      void manager.close({ grace: second }).then(() => closed++)
      await clock.advance(over)
      expect(closed, `${first}, ${second}`).to.equal(2)
      await manager.close({ grace: '1h' })
      expect(clock.pending).to.equal(0)
    }
  })

  it('a second time while runs have their grace shortens it as well', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { run: untilAborted })
    await manager.create('WORK')
    await settled()
    const closed = manager.close({ grace: '1h' })
    await clock.advance('1m')
    expect(manager.status()).to.include({ state: 'closing' })
    const again = manager.close({ grace: '1s' })
    await clock.advance('1s')
    await Promise.all([closed, again])
    expect(manager.status()).to.include({ state: 'closed' })
  })

  it('that was never opened, or opened and never used, ends at once', async () => {
    for (const open of [false, true]) {
      const { manager, clock } = make()
      manager.register('WORK', { run: () => {} })
      if (open) await manager.open()
      await manager.close()
      expect(manager.status()).to.include({ state: 'closed' })
      expect(clock.pending).to.equal(0)
      await refusal('manager-closed', manager.create('WORK'))
    }
  })

  it('refuses everything from then on', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    const calls: (() => Promise<unknown>)[] = [
      () => manager.open(),
      () => manager.create('WORK'),
      () => manager.createMany([{ operation: 'WORK' }]),
      () => manager.get(task.id),
      () => manager.list(),
      () => manager.count(),
      () => manager.cancel(task.id),
      () => manager.update(task.id, { priority: 1 }),
      () => manager.rerun(task.id),
      () => manager.delete(task.id),
      () => manager.output(task.id, { stream: 'log' }),
      () => manager.follow(task.id, { stream: 'log' }).next(),
      () => manager.waitFor(task.id),
      () => manager.operations(),
      () => manager.pause('WORK'),
      () => manager.resume('WORK'),
    ]
    const closing = manager.close()
    for (const call of calls) expect(await refusal('manager-closed', call())).to.include({ status: 503 })
    await closing
    for (const call of calls) await refusal('manager-closed', call())
    expect(() => manager.register('NEW', { run: () => {} })).to.throw('closing or closed')
    await manager.close()
  })

  it('answers those who wait for a task with its end, and ends those who follow one', async () => {
    const { manager, clock } = make()
    manager.register('WAITS', { run: (ops) => (ops.log('info', 'one'), ops.waitFor('action')) })
    manager.register('STUCK', { cancelGrace: '1s', run: () => never })
    const waits = (await manager.create('WAITS')).task.id
    const held = (await manager.create('WAITS', {}, { autoStart: false })).task.id
    const stuck = (await manager.create('STUCK')).task.id
    const ended = Promise.all([waits, held, stuck].map((id) => manager.waitFor(id)))
    const lines: (string | undefined)[] = []
    const followed = rejection(
      (async () => {
        for await (const { text } of manager.follow(waits, { stream: 'log' })) lines.push(text)
        throw new Error('came to its end')
      })(),
    )
    await settled()
    const closed = manager.close({ grace: 0 })
    await clock.advance('2s')
    await closed
    expect((await ended).map(({ state }) => state)).to.deep.equal(['CANCELED', 'CANCELED', 'CANCELED'])
    expect(String(await followed)).to.match(/came to its end|closing or closed/)
    expect(lines).to.deep.equal(['one'])
  })

  it('while tasks are created takes each of them to its end or refuses it', async () => {
    const { manager, clock } = make()
    const gate = door()
    manager
      .register('SLOW', { validate: () => gate.opened, run: () => {} })
      .register('WORK', { run: () => {} })
    await manager.open()
    const { events } = collectEvents(manager)
    const many = manager.createMany(Array.from({ length: 5_000 }, () => ({ operation: 'WORK' })))
    const slow = manager.create('SLOW')
    const one = manager.create('WORK')
    const closed = manager.close({ grace: 0 })
    gate.open()
    await refusal('manager-closed', slow)
    await one
    const outcomes = await many
    const stored = outcomes.filter((outcome) => 'task' in outcome).length
    expect(outcomes).to.have.lengthOf(5_000)
    expect(stored).to.be.within(1, 4_999)
    for (const outcome of outcomes)
      if ('error' in outcome) expect(outcome.error.code).to.equal('manager-closed')
    await clock.advance('1m')
    await closed
    const last = new Map(events.map(({ task }) => [task.id, task.state]))
    expect(last.size).to.equal(stored + 1)
    expect([...last.values()].filter((state) => state === 'NEW' || state === 'ACTIVE')).to.deep.equal([])
  })

  it('while it opens closes what has been opened', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const created = rejection(manager.create('WORK'))
    const closed = manager.close()
    expect(await created).to.include({ code: 'manager-closed' })
    await closed
    expect(manager.status()).to.include({ state: 'closed' })
  })

  it('from within a run ends that run as any other', async () => {
    const { manager, clock } = make()
    const { events } = collectEvents(manager)
    manager.register('LAST', { run: (ops) => (void manager.close({ grace: '1s' }), untilAborted(ops)) })
    await manager.create('LAST')
    await clock.advance('2s')
    expect(manager.status()).to.include({ state: 'closed' })
    expect(events.at(-1)!.task).to.include({ state: 'CANCELED' })
  })

  it('ends tasks in backoff, delayed, held and waiting ones alike', async () => {
    const { manager, clock } = make()
    const { events } = collectEvents(manager)
    manager.register('BAD', {
      retry: { limit: 9, backoff: '1h' },
      run: () => Promise.reject(new Error('no')),
    })
    manager.register('WAITS', { run: (ops) => ops.waitFor('action') })
    await manager.createMany([
      { operation: 'BAD' },
      { operation: 'WAITS' },
      { operation: 'WAITS', options: { delay: '1h' } },
      { operation: 'WAITS', options: { autoStart: false } },
    ])
    await settled()
    const closed = manager.close({ grace: '1s' })
    await clock.advance('1s')
    await closed
    const last = new Map(events.map(({ task }) => [task.id, `${task.state} ${task.reason?.code}`]))
    expect([...last.values()]).to.deep.equal(Array.from({ length: 4 }, () => 'CANCELED shutdown'))
  })

  it('does not try again what fails within the grace', async () => {
    const { manager, clock } = make()
    const end = door()
    const { events } = collectEvents(manager)
    manager.register('BAD', {
      retry: { limit: 9, backoff: 0 },
      run: () => end.opened.then(() => Promise.reject(new Error('no'))),
    })
    await manager.create('BAD')
    await settled()
    const closed = manager.close({ grace: '10s' })
    await clock.advance('5s')
    end.open()
    await closed
    expect(events.at(-1)!.task).to.include({ state: 'CANCELED', attempt: 1 })
    expect(events.at(-1)!.task.reason).to.include({ code: 'shutdown' })
  })

  it('is done by `await using` as well', async () => {
    let kept: Manager
    {
      await using manager = new Manager()
      kept = manager
      manager.register('WORK', { run: () => 'done' })
      const { task } = await manager.create('WORK')
      await manager.waitFor(task.id)
    }
    expect(kept.status()).to.include({ state: 'closed' })
  })

  it('needs a grace that is a duration', () => {
    const { manager } = make()
    expect(() => manager.close({ grace: 'a while' })).to.throw('"grace"')
    expect(manager.status()).to.include({ state: 'idle' })
  })
})

describe('A manager', () => {
  const make = useManagers()

  it('is opened by whoever needs it first, once', async () => {
    const { manager } = make()
    await Promise.all([manager.open(), manager.list(), manager.open(), manager.count()])
    expect(manager.status()).to.include({ state: 'open' })
  })

  it('does not share its engine with another', async () => {
    const engine = memory()
    const { manager } = make({ engine })
    const { manager: other } = make({ engine })
    await manager.open()
    await refusal('invalid-option', other.open())
    expect(other.status()).to.include({ state: 'idle' })
  })

  it('is refused options that do not fit, each by its name', () => {
    const cases: [object, string][] = [
      [{ concurrency: 0 }, '"concurrency"'],
      [{ concurency: 5 }, 'did you mean "concurrency"?'],
      [{ purgeDelay: 'soon' }, '"purgeDelay"'],
      [{ maxQueued: -1 }, '"maxQueued"'],
      [{ maxJson: 1 }, '"maxJson"'],
      [{ keepAlive: 'yes' }, '"keepAlive"'],
      [{ lease: 'long' }, '"lease"'],
      [{ engine: {} }, '"engine"'],
      [{ logger: 'console' }, '"logger"'],
      [{ clock: {} }, '"clock"'],
    ]
    for (const [options, text] of cases) expect(() => new Manager(options)).to.throw(text)
    expect(() => new Manager(null as unknown as object)).to.throw()
  })

  it('beside another keeps its tasks to itself', async () => {
    const { manager } = make()
    const { manager: other } = make()
    for (const one of [manager, other]) one.register('WORK', { run: () => {} })
    const { task } = await manager.create('WORK')
    await refusal('task-not-found', other.get(task.id))
    await waitForState(manager, task.id, 'SUCCEEDED')
    expect(await other.count()).to.equal(0)
  })
})
