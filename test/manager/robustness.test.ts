import { expect } from 'chai'
import { DoNotRetryError, type Logger } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { rejection } from '../rejection.ts'
import { refusal, unhandled } from './promises.ts'

describe('What a host hands over cannot end its process', () => {
  const make = useManagers()

  it('when it is a promise that a canceled run was about to wait for', async () => {
    const { manager } = make()
    manager.register('WORK', {
      async run(ops) {
        await manager.cancel(ops.id)
        await ops.waitFor(
          'resource',
          Promise.resolve().then(() => ops.signal.throwIfAborted()),
        )
      },
    })
    const seen = await unhandled(async () => {
      const { task } = await manager.create('WORK')
      expect((await manager.waitFor(task.id)).state).to.equal('CANCELED')
    })
    expect(seen).to.deep.equal([])
  })

  it('when it is a logger whose methods reject', async () => {
    const reject = () => Promise.reject(new Error('the log is gone'))
    const logger: Logger = { error: reject, warn: reject, info: reject, debug: reject }
    const { manager } = make({ logger })
    manager.register('WORK', { run: () => Promise.reject(new Error('no')) })
    const seen = await unhandled(async () => {
      const { task } = await manager.create('WORK')
      await manager.waitFor(task.id)
    })
    expect(seen).to.deep.equal([])
  })

  it('when it is an argument schema that would be checked later', () => {
    const { manager } = make()
    const register = (args: object) => () => manager.register('WORK', { args: { ...args }, run: () => {} })
    expect(register({ $async: true, type: 'object' })).to.throw('"WORK.args" to be a schema without $async')
    expect(register({ type: 'array' })).to.throw('"WORK.args" to be a schema of an object')
  })
})

describe('The end of a run', () => {
  const make = useManagers()

  it('that it set itself with a result that cannot be kept is FAILED, whatever it catches', async () => {
    const { manager } = make()
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    manager.register('WORK', {
      retry: { limit: 3 },
      run(ops) {
        try {
          ops.setState('SUCCEEDED', { result: cycle })
        } catch {
          // Goes on, as if nothing had happened.
        }
        return 'went on'
      },
    })
    const { task } = await manager.create('WORK')
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({ state: 'FAILED', attempt: 1, result: undefined })
    expect(ended.error).to.include({ name: 'InvalidResult' })
  })

  it('cannot be changed by whoever reads it', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => Promise.reject(new DoNotRetryError('no')) })
    const { task } = await manager.create('WORK')
    const { reason, error } = await manager.waitFor(task.id)
    expect(Object.isFrozen(reason)).to.equal(true)
    expect(Object.isFrozen(error)).to.equal(true)
  })

  it('by a timeout is logged as a failure', async () => {
    const logged: unknown[] = []
    const quiet = () => {}
    const warn: Logger['warn'] = (message, fields) => logged.push([message, fields?.['error']])
    const { manager, clock } = make({ logger: { error: quiet, warn, info: quiet, debug: quiet } })
    manager.register('WORK', {
      timeout: '1s',
      run: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    })
    const { task } = await manager.create('WORK')
    await clock.advance('1s')
    expect(await manager.get(task.id)).to.include({ state: 'FAILED' })
    expect(logged).to.deep.equal([['a run failed', 'it took longer than 1s']])
  })
})

describe('Waiting for action', () => {
  const make = useManagers()

  it('in several places at once goes on in all of them', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run: async (ops) => (await Promise.all([ops.waitFor('action'), ops.waitFor('action')])).length,
    })
    const { task } = await manager.create('WORK')
    await settled()
    expect(await manager.get(task.id)).to.include({ state: 'WAITING', waitingFor: 'action' })
    await manager.update(task.id, { state: 'ACTIVE' })
    expect((await manager.waitFor(task.id)).result).to.equal(2)
  })
})

describe('Who does something, and why', () => {
  const make = useManagers()

  it('is checked like any option', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const { task } = await manager.create('WORK', {}, { autoStart: false })
    const wrong = (value: unknown) => value as string
    await refusal('invalid-option', manager.cancel(task.id, { reason: wrong(5) }))
    await refusal('invalid-option', manager.cancel(task.id, { subject: { id: wrong(7) } }))
    await refusal('invalid-option', manager.create('WORK', {}, { subject: wrong(true) }))
    const mistyped = { ifVersoin: 9 } as object
    expect(await rejection(manager.update(task.id, { priority: 3 }, mistyped)))
      .to.have.property('message')
      .that.contains('did you mean "ifVersion"?')
  })
})

describe('An Idempotency-Key', () => {
  const make = useManagers()

  it('answers what is left of a task that was purged: no arguments, no result', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { run: () => 'result' })
    const create = () => manager.create('WORK', { n: 1 }, { idempotencyKey: 'k' })
    const { task } = await create()
    await manager.waitFor(task.id)
    await clock.advance('61s')
    await refusal('task-not-found', manager.get(task.id))
    const again = await create()
    expect(again.duplicate).to.equal(true)
    expect(again.task).to.deep.include({ id: task.id, state: 'SUCCEEDED', args: {}, result: undefined })
  })
})

describe('Items of a run that writes without pause', () => {
  const make = useManagers()

  it('are kept up to the limit of the task, and counted beyond it', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run(ops) {
        for (let i = 0; i < 500; i++) ops.output('items').write({ data: i })
      },
    })
    const { task } = await manager.create('WORK', {}, { maxItems: 100 })
    await manager.waitFor(task.id)
    const { items, dropped } = await manager.output(task.id, { stream: 'items', limit: 1000 })
    expect([items.length, items.at(-1)?.data, dropped]).to.deep.equal([100, 99, 400])
  })
})
