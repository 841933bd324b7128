import { expect } from 'chai'
import { Manager, MajordomoError, type TaskOps } from '../../src/index.ts'
import { FakeClock, collectEvents, nextEvent, waitForState } from '../../src/testing/index.ts'

const thrownBy = async (promise: Promise<unknown>): Promise<MajordomoError> => {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).to.be.instanceOf(MajordomoError)
  return thrown as MajordomoError
}

describe('the helpers for tests', () => {
  let clock: FakeClock
  let manager: Manager

  beforeEach(() => {
    clock = new FakeClock()
    manager = new Manager({ clock })
    manager.register('GREET', {
      run: ({ args }: TaskOps<{ name?: string }>) => ({ hello: args.name ?? 'world' }),
    })
    manager.register('FAIL', {
      run: () => {
        throw new Error('disk full')
      },
    })
    manager.register('ASK', { run: (ops) => ops.waitFor('action') })
  })

  afterEach(() => manager.close({ grace: 0 }))

  describe('waitForState', () => {
    it('answers the task once it is in the state', async () => {
      const { task } = await manager.create('GREET', {}, { delay: '2h' })
      const ended = waitForState(manager, task.id, 'SUCCEEDED')
      await clock.advance('2h')
      expect((await ended).result).to.deep.equal({ hello: 'world' })
    })

    it('answers at once when the task is in the state already', async () => {
      const { task } = await manager.create('GREET', {}, { autoStart: false })
      expect(await waitForState(manager, task.id, 'NEW')).to.have.property('waitingFor', 'start')
      await manager.cancel(task.id)
      expect(await waitForState(manager, task.id, 'CANCELED')).to.have.property('state', 'CANCELED')
    })

    it('sees a state that the task only passes through', async () => {
      const { task } = await manager.create('ASK')
      expect((await waitForState(manager, task.id, 'WAITING')).waitingFor).to.equal('action')
      await manager.update(task.id, { state: 'ACTIVE' })
      await waitForState(manager, task.id, 'SUCCEEDED')
    })

    it('takes several states, and answers at the first', async () => {
      const { task } = await manager.create('FAIL')
      expect((await waitForState(manager, task.id, 'SUCCEEDED', 'FAILED')).state).to.equal('FAILED')
    })

    it('throws when the task ends in another state, and says how and why', async () => {
      const { task } = await manager.create('FAIL')
      const error = await thrownBy(waitForState(manager, task.id, 'SUCCEEDED'))
      expect(error.code).to.equal('task-ended')
      expect(error.message).to.match(/FAILED.*disk full.*never was SUCCEEDED/)
    })

    it('throws when the task had ended in another state before', async () => {
      const { task } = await manager.create('GREET')
      await waitForState(manager, task.id, 'SUCCEEDED')
      expect((await thrownBy(waitForState(manager, task.id, 'WAITING'))).code).to.equal('task-ended')
    })

    it('throws for a task that is not there', async () => {
      await manager.open()
      expect((await thrownBy(waitForState(manager, 'nobody', 'NEW'))).code).to.equal('task-not-found')
    })
  })

  describe('nextEvent', () => {
    it('answers the next event of any kind', async () => {
      const event = nextEvent(manager)
      const { task } = await manager.create('GREET', {}, { autoStart: false })
      expect(await event).to.deep.include({ type: 'created' })
      expect((await event).task.id).to.equal(task.id)
    })

    it('answers the next event that is wanted, and passes over the others', async () => {
      const deleted = nextEvent(manager, (event) => event.type === 'deleted')
      const { task } = await manager.create('GREET', {}, { retain: '5m' })
      await waitForState(manager, task.id, 'SUCCEEDED')
      await clock.advance('5m')
      expect((await deleted).task.id).to.equal(task.id)
    })

    it('rejects with what the test’s own function throws', async () => {
      const event = nextEvent(manager, () => {
        throw new MajordomoError('internal', 'oops')
      })
      const failed = thrownBy(event)
      await manager.create('GREET', {}, { autoStart: false })
      expect((await failed).message).to.equal('oops')
    })
  })

  describe('collectEvents', () => {
    it('collects all events from the call on, in order', async () => {
      await manager.create('GREET', {}, { autoStart: false })
      const collected = collectEvents(manager)
      const { task } = await manager.create('GREET')
      await waitForState(manager, task.id, 'SUCCEEDED')
      expect(collected.events.map(({ type }) => type)).to.deep.equal(['created', 'updated', 'updated'])
      expect(collected.states(task.id)).to.deep.equal(['NEW', 'ACTIVE', 'SUCCEEDED'])
    })

    it('collects nothing more once it is stopped', async () => {
      const collected = collectEvents(manager)
      collected.stop()
      const { task } = await manager.create('GREET')
      await waitForState(manager, task.id, 'SUCCEEDED')
      expect(collected.events).to.deep.equal([])
    })
  })
})
