import { expect } from 'chai'
import { LeaseLost, memory, type Engine, type Manager, type TaskOps } from '../../src/index.ts'
import { nextEvent, settled, waitForState } from '../../src/testing/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

async function ownId(manager: Manager): Promise<string> {
  const [own] = await manager.workers()
  return own!.id
}

describe('The worker of a manager', () => {
  const make = useManagers()

  it('is told with its process, operations and load', async () => {
    const { manager, clock } = make({ concurrency: 7, tags: ['gpu'] })
    const inside = door()
    manager.register('HOLD', { run: () => inside.opened })
    const { task } = await manager.create('HOLD')
    await waitForState(manager, task.id, 'ACTIVE')
    const [worker, ...others] = await manager.workers()
    expect(others).to.deep.equal([])
    expect(worker).to.include({ pid: process.pid, concurrency: 7, running: 1, state: 'running' })
    expect(worker!.operations).to.deep.equal(['HOLD'])
    expect(worker!.tags).to.deep.equal(['gpu'])
    expect(worker!.startedAt).to.equal(clock.now())
    inside.open()
    await manager.waitFor(task.id)
  })

  it('claims nothing while it is paused, and its tasks say that they wait for a worker', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => 'done' })
    await manager.open()
    const id = await ownId(manager)
    expect(await manager.setWorker(id, 'paused')).to.include({ state: 'paused' })
    const { task } = await manager.create('WORK')
    await settled()
    expect(await manager.get(task.id)).to.include({ state: 'NEW', waitingFor: 'worker' })
    await manager.setWorker(id, 'running')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('drains: lets its runs end, shows as drained and tells its host', async () => {
    const drained = door()
    const { manager } = make({ onDrained: () => drained.open() })
    const inside = door()
    manager.register('HOLD', { run: () => inside.opened })
    const { task } = await manager.create('HOLD')
    await waitForState(manager, task.id, 'ACTIVE')
    const id = await ownId(manager)
    expect(await manager.setWorker(id, 'draining')).to.include({ state: 'draining' })
    inside.open()
    await drained.opened
    expect((await manager.workers())[0]).to.include({ state: 'drained', running: 0 })
    expect(await manager.get(task.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('takes only tasks all of whose tags it has, where it has any', async () => {
    const { manager } = make({ tags: ['linux', 'gpu'] })
    manager.register('WORK', { run: () => 'done' })
    const fits = await manager.create('WORK', {}, { tags: ['gpu'] })
    const other = await manager.create('WORK', {}, { tags: ['gpu', 'arm'] })
    await manager.waitFor(fits.task.id)
    expect(await manager.get(other.task.id)).to.include({ state: 'NEW', waitingFor: 'worker' })
  })

  it('tells what it runs until the store has heard it', async () => {
    const store = new SharedMemory()
    const { describe } = store
    let isDown = true
    store.describe = (operations) => (isDown ? Promise.reject(new Error('down')) : describe(operations))
    const { manager, clock } = make({ engine: store })
    await manager.register('WORK', { run: () => {} }).open()
    const { manager: other } = make({ engine: new SharedMemory(store) })
    await refusal('unsupported-operation', other.create('WORK'))
    isDown = false
    await clock.advance('5s')
    expect((await other.create('WORK')).task).to.include({ state: 'NEW' })
  })

  it('is not found by an id that no worker has', async () => {
    const { manager } = make()
    await refusal('worker-not-found', manager.setWorker('nobody', 'paused'))
    const id = await ownId(manager)
    await refusal('invalid-option', manager.setWorker(id, 'asleep' as 'paused'))
  })
})

describe('The limit of an operation', () => {
  const make = useManagers()

  it('set at run time goes before what the animator says, until it is lifted', async () => {
    const { manager } = make()
    const inside = door()
    manager.register('HOLD', { totalConcurrency: 2, run: () => inside.opened })
    const running = async () => (await manager.list({ state: ['ACTIVE'] })).total
    await manager.createMany(Array.from({ length: 5 }, () => ({ operation: 'HOLD' })))
    await settled()
    expect(await running()).to.equal(2)
    await manager.setConcurrency('HOLD', 3)
    await settled()
    expect(await running()).to.equal(3)
    expect((await manager.operations())[0]).to.include({ concurrency: 3 })
    await manager.setConcurrency('HOLD', undefined)
    expect((await manager.operations())[0]).to.include({ concurrency: 2 })
    inside.open()
  })

  it('is a whole number of at least 1, of an operation that is there', async () => {
    const { manager } = make()
    manager.register('A', { run: () => {} })
    await refusal('invalid-option', manager.setConcurrency('A', 0))
    await refusal('operation-not-found', manager.setConcurrency('B', 1))
  })
})

describe('A waiting task', () => {
  const make = useManagers()

  it('gains on those with a higher priority where tasks age', async () => {
    const { manager, clock } = make({ ageing: '1m', concurrency: 1 })
    const order: string[] = []
    manager.register('WORK', { run: ({ args }) => void order.push(args.name) })
    await manager.open()
    const id = await ownId(manager)
    await manager.setWorker(id, 'paused')
    await manager.create('WORK', { name: 'old' })
    await clock.advance('10m')
    await manager.create('WORK', { name: 'urgent' }, { priority: 20 })
    const last = await manager.create('WORK', { name: 'new' }, { priority: 5 })
    await manager.setWorker(id, 'running')
    await manager.waitFor(last.task.id)
    expect(order).to.deep.equal(['urgent', 'old', 'new'])
  })
})

describe('A run whose lease cannot be renewed', () => {
  const make = useManagers()

  /** An engine that is cut off when the test says so: then every call of a run is in vain. */
  function cuttable(): { engine: Engine; cut: (is: boolean) => void } {
    const engine = memory()
    let isCut = false
    const renew = engine.renew
    engine.renew = (...given) => (isCut ? Promise.reject(new Error('cut off')) : renew(...given))
    return { engine, cut: (is) => (isCut = is) }
  }

  it('is aborted before its lease ends, and its task is tried again', async () => {
    const { engine, cut } = cuttable()
    const { manager, clock } = make({ engine, lease: '10s' })
    const aborted: number[] = []
    const reasons: unknown[] = []
    const started: number[] = []
    manager.register('HOLD', {
      run: (ops: TaskOps) =>
        new Promise((_, reject) => {
          started.push(clock.now())
          ops.signal.addEventListener('abort', () => {
            reasons.push(ops.signal.reason)
            aborted.push(clock.now())
            reject(ops.signal.reason)
          })
        }),
    })
    const begun = nextEvent(manager, ({ task }) => task.state === 'ACTIVE')
    const { task } = await manager.create('HOLD')
    await begun
    await clock.advance('1m')
    expect(aborted).to.deep.equal([])
    cut(true)
    await clock.advance('9s')
    expect(aborted).to.have.length(1)
    expect(reasons[0]).to.be.instanceOf(LeaseLost)
    expect(started).to.have.length(1)
    cut(false)
    await clock.advance('5s')
    expect(started).to.have.length(2)
    expect(started[1]! - aborted[0]!).to.be.greaterThan(0)
    expect(await manager.get(task.id)).to.include({ state: 'ACTIVE', attempt: 2 })
  })

  it('does not even start when the word that it may took longer than its lease', async () => {
    const engine = memory()
    const late = door()
    const { claim } = engine
    let claims = 0
    engine.claim = async (wish) => {
      const answer = await claim(wish)
      if (++claims === 1) await late.opened
      return answer
    }
    const { manager, clock } = make({ engine, lease: '10s' })
    const attempts: number[] = []
    manager.register('WORK', { run: ({ attempt }) => void attempts.push(attempt) })
    const { task } = await manager.create('WORK')
    await clock.advance('20s')
    late.open()
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED', attempt: 2 })
    expect(attempts).to.deep.equal([2])
  })
})
