import { expect } from 'chai'
import { TimedOut, type TaskOps } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door } from './promises.ts'

const untilAborted = ({ signal }: TaskOps): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

describe('A run that takes too long', () => {
  const make = useManagers()

  it('has its signal aborted with TimedOut, and is FAILED when it stops', async () => {
    const { manager, clock } = make()
    let reason: unknown
    manager.register('WORK', {
      timeout: '10m',
      run: (ops) => untilAborted(ops).catch((error: unknown) => Promise.reject((reason = error))),
    })
    const { task } = await manager.create('WORK')
    await clock.advance('9m')
    expect(await manager.get(task.id)).to.include({ state: 'ACTIVE' })
    await clock.advance('1m')
    expect(reason).to.be.instanceOf(TimedOut)
    const ended = await manager.get(task.id)
    expect(ended).to.deep.include({
      state: 'FAILED',
      reason: { code: 'timeout', message: 'it took longer than 10m' },
    })
    expect(ended.error).to.include({ name: 'TimedOut' })
  })

  it('is tried again as if it had thrown, with a new timeout, unless the policy says otherwise', async () => {
    const { manager, clock } = make()
    const retry = { limit: 2, backoff: '1s', jitter: 0, factor: 1 }
    manager.register('AGAIN', { timeout: '10s', retry, run: untilAborted })
    manager.register('ONCE', { timeout: '10s', retry: { ...retry, onTimeout: false }, run: untilAborted })
    const { task: again } = await manager.create('AGAIN')
    const { task: once } = await manager.create('ONCE')
    await clock.advance('10s')
    expect(await manager.get(again.id)).to.include({ state: 'NEW', attempt: 1 })
    expect(await manager.get(once.id)).to.include({ state: 'FAILED', attempt: 1 })
    await clock.advance('22s')
    expect(await manager.get(again.id)).to.include({ state: 'FAILED', attempt: 3 })
  })

  it('and returns all the same has timed out: its result comes too late', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { timeout: '1s', run: (ops) => untilAborted(ops).catch(() => 'late') })
    const { task } = await manager.create('WORK')
    await clock.advance('1s')
    const ended = await manager.get(task.id)
    expect(ended).to.include({ state: 'FAILED' })
    expect(ended.result).to.equal(undefined)
    expect(ended.reason).to.include({ code: 'timeout' })
  })

  it('and throws an error of its own keeps that error', async () => {
    const { manager, clock } = make()
    manager.register('WORK', {
      timeout: '1s',
      run: (ops) => untilAborted(ops).catch(() => Promise.reject(new Error('half done'))),
    })
    const { task } = await manager.create('WORK')
    await clock.advance('1s')
    const ended = await manager.get(task.id)
    expect(ended.reason).to.include({ code: 'timeout' })
    expect(ended.error).to.include({ message: 'half done' })
  })

  it('goes by the timeout of its creation, where that has one', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { timeout: '1h', run: untilAborted })
    const { task } = await manager.create('WORK', {}, { timeout: '1s' })
    await clock.advance('1s')
    expect(await manager.get(task.id)).to.include({ state: 'FAILED' })
  })

  it('is not reached by one that ends in time', async () => {
    const { manager, clock } = make()
    const signals: AbortSignal[] = []
    manager.register('WORK', { timeout: '1s', run: ({ signal }) => void signals.push(signal) })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    await clock.advance('5s')
    expect(signals[0]!.aborted).to.be.false
  })

  it('does not count the time in which the run waits', async () => {
    const { manager, clock } = make()
    const gate = door()
    manager.register('WORK', {
      timeout: '10s',
      async run(ops) {
        await ops.waitFor('resource', gate.opened)
        await untilAborted(ops)
      },
    })
    const { task } = await manager.create('WORK')
    await settled()
    await clock.advance('1h')
    expect(await manager.get(task.id)).to.include({ state: 'WAITING' })
    gate.open()
    await clock.advance('9s')
    expect(await manager.get(task.id)).to.include({ state: 'ACTIVE' })
    await clock.advance('1s')
    expect(await manager.get(task.id)).to.include({ state: 'FAILED' })
  })

  it('does not count the time in which a run has set itself WAITING', async () => {
    const { manager, clock } = make()
    const ops = door<TaskOps>()
    manager.register('WORK', {
      timeout: '10s',
      run(own) {
        own.setState('WAITING', { waitingFor: 'resource' })
        ops.open(own)
        return untilAborted(own)
      },
    })
    const { task } = await manager.create('WORK')
    await clock.advance('50s')
    expect(await manager.get(task.id)).to.include({ state: 'WAITING', waitingFor: 'resource' })
    ;(await ops.opened).setState('ACTIVE')
    await clock.advance('10s')
    expect(await manager.get(task.id)).to.include({ state: 'FAILED' })
  })

  it('after a cancel stays canceled', async () => {
    const { manager, clock } = make()
    const reasons: unknown[] = []
    const end = door()
    manager.register('WORK', {
      timeout: '5s',
      run: ({ signal }) => {
        signal.addEventListener('abort', () => reasons.push((signal.reason as { code: string }).code))
        return end.opened.then(() => signal.throwIfAborted())
      },
    })
    const { task } = await manager.create('WORK')
    await settled()
    await manager.cancel(task.id)
    await clock.advance('10s')
    end.open()
    expect(await manager.waitFor(task.id)).to.include({ state: 'CANCELED' })
    expect(reasons).to.deep.equal(['canceled'])
  })
})

describe('A run whose lease has run out', () => {
  const make = useManagers()

  it('is aborted with LeaseLost, and its task is run again; what the first run does counts for nothing', async () => {
    const { manager, clock } = make({ lease: '10s' })
    const reasons: unknown[] = []
    const end = door()
    const leases: string[] = []
    manager.register('WORK', {
      async run(ops) {
        leases.push(ops.lease)
        if (ops.attempt > 1) return 'second'
        ops.signal.addEventListener('abort', () => reasons.push((ops.signal.reason as { code: string }).code))
        await end.opened
        ops.setProgress({ percent: 100 })
        return 'first'
      },
    })
    const { task } = await manager.create('WORK')
    await settled()
    await clock.jump('11s')
    end.open()
    const ended = await manager.waitFor(task.id)
    await settled()
    expect(reasons).to.deep.equal(['lease-lost'])
    expect(ended).to.include({ state: 'SUCCEEDED', attempt: 2, result: 'second' })
    expect(await manager.get(task.id)).to.include({ version: ended.version })
    expect(new Set(leases).size).to.equal(2)
    expect(ended.messages.map(({ text }) => text)).to.include('NEW: its process died, or lost its hold on it')
  })

  it('does not happen while the manager is alive: leases are renewed', async () => {
    const { manager, clock } = make({ lease: '10s' })
    const end = door()
    manager.register('WORK', { run: () => end.opened })
    const { task } = await manager.create('WORK')
    await clock.advance('1h')
    expect(await manager.get(task.id)).to.include({ state: 'ACTIVE', attempt: 1 })
    end.open()
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED', attempt: 1 })
  })

  it('ends as CANCELED where a cancel was asked for', async () => {
    const { manager, clock } = make({ lease: '10s' })
    const end = door()
    manager.register('WORK', { run: () => end.opened })
    const { task } = await manager.create('WORK')
    await settled()
    await manager.cancel(task.id)
    await clock.jump('11s')
    expect(await manager.get(task.id)).to.include({ state: 'CANCELED', attempt: 1 })
    end.open()
  })
})
