import { expect } from 'chai'
import { Canceled, type TaskOps } from '../../src/index.ts'
import { collectEvents, settled, waitForState } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, never, refusal } from './promises.ts'

const untilAborted = ({ signal }: TaskOps): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

describe('Canceling a task', () => {
  const make = useManagers()

  it('that has not run ends it at once', async () => {
    const { manager } = make({ concurrency: 1 })
    let runs = 0
    manager.register('WORK', { run: () => (runs++, never) })
    await manager.create('WORK')
    const waits = { delay: '1h', autoStart: false } as const
    for (const options of [{}, { delay: waits.delay }, { autoStart: waits.autoStart }]) {
      const { task } = await manager.create('WORK', {}, options)
      const canceled = await manager.cancel(task.id, { reason: 'not needed', subject: { id: 'ann' } })
      expect(canceled).to.deep.include({
        state: 'CANCELED',
        attempt: 0,
        cancelRequested: true,
        reason: { code: 'canceled', message: 'not needed', by: 'ann' },
      })
    }
    await settled()
    expect(runs).to.equal(1)
  })

  it('that runs aborts its signal, with the reason and who asked', async () => {
    const { manager } = make()
    const reason = door<unknown>()
    manager.register('WORK', {
      run: async (ops) => {
        try {
          await untilAborted(ops)
        } catch (error) {
          expect(ops.isCanceled()).to.be.true
          reason.open(error)
          throw error
        }
      },
    })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    await settled()
    const asked = await manager.cancel(task.id, { reason: 'enough', subject: 'ann' })
    expect(asked).to.include({ state: 'ACTIVE', cancelRequested: true })
    expect(await reason.opened).to.be.instanceOf(Canceled)
    expect(await reason.opened).to.include({ code: 'canceled', message: 'enough', by: 'ann' })
    const ended = await manager.waitFor(task.id)
    expect(ended.error).to.equal(undefined)
    expect(ended).to.deep.include({
      state: 'CANCELED',
      reason: { code: 'canceled', message: 'enough', by: 'ann' },
    })
    expect(ended.messages.map(({ text }) => text)).to.deep.equal([
      'created',
      'ACTIVE',
      'cancel requested by ann: enough',
      'CANCELED: enough by ann',
    ])
  })

  it('is seen by a run that asks, without a signal', async () => {
    const { manager } = make()
    manager.register('WORK', {
      async run(ops) {
        while (!ops.isCanceled()) await settled()
        throw new Error('cleaned up')
      },
    })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    await manager.cancel(task.id)
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({ state: 'CANCELED' })
    expect(ended.error).to.include({ message: 'cleaned up' })
  })

  it('reads the signal late and finds it aborted already', async () => {
    const { manager } = make()
    const go = door()
    manager.register('WORK', {
      async run(ops) {
        await go.opened
        ops.signal.throwIfAborted()
      },
    })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    await manager.cancel(task.id)
    go.open()
    expect(await manager.waitFor(task.id)).to.include({ state: 'CANCELED' })
  })

  it('again and again answers the same, until it has ended', async () => {
    const { manager } = make()
    const go = door()
    manager.register('WORK', {
      async run({ signal }) {
        await go.opened
        signal.throwIfAborted()
      },
    })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    const first = await manager.cancel(task.id, 'one')
    const second = await manager.cancel(task.id, 'two')
    expect(second).to.include({ version: first.version, cancelRequested: true })
    go.open()
    expect((await manager.waitFor(task.id)).reason).to.include({ message: 'one' })
    const error = await refusal('task-ended', manager.cancel(task.id))
    expect(error.message).to.contain('CANCELED')
    await refusal('task-not-found', manager.cancel('nobody'))
  })

  it('in backoff ends it at once and keeps its error', async () => {
    const { manager, clock } = make()
    manager.register('WORK', {
      retry: { limit: 3, backoff: '1m' },
      run: () => Promise.reject(new Error('disk')),
    })
    const { task } = await manager.create('WORK')
    await settled()
    expect(await manager.get(task.id)).to.include({ state: 'NEW', waitingFor: 'time', attempt: 1 })
    const canceled = await manager.cancel(task.id)
    expect(canceled).to.include({ state: 'CANCELED', attempt: 1 })
    expect(canceled.error).to.include({ message: 'disk' })
    await clock.advance('1h')
    await refusal('task-not-found', manager.get(task.id))
  })

  it('makes its retry a cancel', async () => {
    const { manager } = make()
    const go = door()
    manager.register('WORK', {
      retry: { limit: 3 },
      run: () => go.opened.then(() => Promise.reject(new Error('disk'))),
    })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    await settled()
    await manager.cancel(task.id)
    go.open()
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({ state: 'CANCELED', attempt: 1 })
    expect(ended.error).to.include({ message: 'disk' })
  })

  it('that swallows its abort and returns is SUCCEEDED, and shows that it was asked', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => untilAborted(ops).catch(() => 'finished all the same') })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    await settled()
    await manager.cancel(task.id)
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({ state: 'SUCCEEDED', result: 'finished all the same', cancelRequested: true })
    expect(ended.reason).to.include({ code: 'returned' })
  })
})

describe('A run that ignores that it should stop', () => {
  const make = useManagers()

  it('is abandoned after its grace, and keeps its slot until its function settles', async () => {
    const { manager, clock } = make({ concurrency: 1 })
    const end = door()
    manager.register('STUBBORN', {
      cancelGrace: '10s',
      async run(ops) {
        await end.opened
        ops.setProgress({ percent: 100 })
        ops.log('info', 'too late')
        return 'too late'
      },
    })
    manager.register('NEXT', { run: () => 'next' })
    const { task } = await manager.create('STUBBORN')
    const { task: next } = await manager.create('NEXT')
    await settled()
    await manager.cancel(task.id, { reason: 'stop it', subject: 'ann' })
    await clock.advance('9s')
    expect(await manager.get(task.id)).to.include({ state: 'ACTIVE' })
    await clock.advance('1s')
    const left = await manager.get(task.id)
    expect(left).to.include({ state: 'CANCELED', cancelRequested: true })
    expect(left.reason).to.deep.equal({
      code: 'abandoned',
      message: 'stop it, and it did not stop in time',
      by: 'ann',
    })
    expect(manager.status()).to.include({ running: 0, abandoned: 1 })
    expect(await manager.get(next.id)).to.include({ state: 'NEW', waitingFor: 'slot' })

    const { events } = collectEvents(manager)
    end.open()
    expect((await manager.waitFor(next.id)).result).to.equal('next')
    expect(events.some((event) => event.task.id === task.id)).to.be.false
    expect(await manager.get(task.id)).to.deep.equal(left)
    expect((await manager.output(task.id, { stream: 'log' })).items).to.deep.equal([])
    expect(manager.status()).to.include({ running: 0, abandoned: 0 })
  })

  it('keeps its concurrency key as well', async () => {
    const { manager, clock } = make()
    const end = door()
    manager.register('STUBBORN', { cancelGrace: 0, run: () => end.opened })
    const { task } = await manager.create('STUBBORN', {}, { concurrencyKey: 'disk' })
    const { task: next } = await manager.create('STUBBORN', {}, { concurrencyKey: 'disk' })
    await settled()
    await manager.cancel(task.id)
    await clock.advance('1s')
    expect(await manager.get(task.id)).to.include({ state: 'CANCELED' })
    expect(await manager.get(next.id)).to.include({ state: 'NEW', waitingFor: 'key' })
    end.open()
    expect(await manager.waitFor(next.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('is told to the logger', async () => {
    const lines: unknown[][] = []
    const log = (...line: unknown[]): void => void lines.push(line)
    const { manager, clock } = make({ logger: { error: log, warn: log, info: log, debug: log } })
    manager.register('STUBBORN', { cancelGrace: '1s', run: () => never })
    const { task } = await manager.create('STUBBORN')
    await settled()
    await manager.cancel(task.id)
    await clock.advance('1s')
    expect(lines).to.deep.equal([
      ['a run ignores that it should stop; it is left behind', { id: task.id, operation: 'STUBBORN' }],
    ])
  })

  it('after its timeout is FAILED, not tried again', async () => {
    const { manager, clock } = make()
    let runs = 0
    manager.register('STUBBORN', {
      timeout: '1m',
      cancelGrace: '5s',
      retry: { limit: 5, backoff: 0 },
      run: () => (runs++, never),
    })
    const { task } = await manager.create('STUBBORN')
    await clock.advance('65s')
    const ended = await manager.get(task.id)
    expect(ended).to.include({ state: 'FAILED' })
    expect(ended.reason).to.deep.equal({
      code: 'abandoned',
      message: 'it took longer than 1m, and it did not stop in time',
    })
    await clock.advance('1m')
    expect(runs).to.equal(1)
  })
})
