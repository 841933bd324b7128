import { expect } from 'chai'
import type { CreateOutcome, NewTask } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, never, refusal } from './promises.ts'

describe('Creating a task', () => {
  const make = useManagers()

  it('opens the manager by itself and answers before the task runs', async () => {
    const { manager, clock } = make()
    const order: string[] = []
    manager.register('WORK', { run: () => void order.push('runs') })
    expect(manager.status()).to.deep.equal({ state: 'idle', running: 0, abandoned: 0 })
    const { task, duplicate } = await manager.create('WORK', { n: 1 })
    order.push('answered')
    await manager.waitFor(task.id)
    expect(order).to.deep.equal(['answered', 'runs'])
    expect(duplicate).to.equal(false)
    expect(manager.status().state).to.equal('open')
    expect(task).to.include({ operation: 'WORK', state: 'NEW', attempt: 0, version: 1, priority: 0 })
    expect(task).to.include({ createdAt: clock.now(), modifiedAt: clock.now(), cancelRequested: false })
    expect(task).to.deep.include({ args: { n: 1 }, tags: [], waitingFor: 'slot' })
  })

  it('takes an empty object for arguments that are left out', async () => {
    const { manager } = make()
    manager.register('WORK', { run: ({ args }) => args })
    const { task } = await manager.create('WORK')
    expect((await manager.waitFor(task.id)).result).to.deep.equal({})
  })

  it('is refused for an operation that nobody registered', async () => {
    const { manager } = make()
    const error = await refusal('unsupported-operation', manager.create('NOBODY'))
    expect(error.message).to.contain('"NOBODY"')
    await refusal('unsupported-operation', manager.create('__proto__'))
  })

  it('is refused with the place of an option that does not fit', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const cases: [object, string][] = [
      [{ priority: 1.5 }, '"priority"'],
      [{ priority: 1001 }, '"priority"'],
      [{ tags: 'a' }, '"tags"'],
      [{ tags: [''] }, '"tags"'],
      [{ tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, '"tags"'],
      [{ delay: 'later' }, '"delay"'],
      [{ notBefore: 'tomorrow' }, '"notBefore"'],
      [{ notBefore: 0, delay: 0 }, '"delay"'],
      [{ after: 'x' }, '"after"'],
      [{ after: [5] }, '"after/0"'],
      [{ after: [null] }, '"after/0"'],
      [{ after: [{ id: 'x', on: 'failure' }] }, '"after/0.on"'],
      [{ autoStart: 'no' }, '"autoStart"'],
      [{ ttl: -1 }, '"ttl"'],
      [{ timeout: 'long' }, '"timeout"'],
      [{ retry: { limit: -1 } }, '"retry.limit"'],
      [{ retain: 'ever' }, '"retain"'],
      [{ dedupKey: '' }, '"dedupKey"'],
      [{ concurrencyKey: 'x'.repeat(201) }, '"concurrencyKey"'],
      [{ idempotencyKey: 5 }, '"idempotencyKey"'],
      [{ name: 'a' }, '"name"'],
      [{ maxItems: -1 }, '"maxItems"'],
      [{ prioritty: 1 }, 'did you mean "priority"?'],
    ]
    for (const [options, text] of cases) {
      const error = await refusal('invalid-option', manager.create('WORK', {}, options))
      expect(error.message).to.contain(text)
    }
    expect(await manager.count()).to.equal(0)
  })

  it('is refused where it refers to a task that is not there', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    await refusal('unknown-reference', manager.create('WORK', {}, { after: ['nobody'] }))
    await refusal('unknown-reference', manager.create('WORK', {}, { parentId: 'nobody' }))
  })

  it('is refused with the time to come back when too many wait, and taken again when there is room', async () => {
    const { manager } = make({ maxQueued: 2, concurrency: 1 })
    const gate = door()
    manager.register('WORK', { run: () => gate.opened })
    await manager.create('WORK')
    await settled()
    await manager.create('WORK')
    await manager.create('WORK')
    const error = await refusal('queue-full', manager.create('WORK'))
    expect(error).to.include({ status: 429 })
    expect(error.retryAfter).to.be.greaterThan(0)
    gate.open()
    await settled()
    expect(await manager.create('WORK')).to.include({ duplicate: false })
  })
})

describe('Creating many tasks', () => {
  const make = useManagers()

  it('answers each of thousands in their order, good and bad mixed', async () => {
    const { manager } = make()
    manager.register('WORK', {
      args: { type: 'object', properties: { n: { type: 'integer', minimum: 0 } } },
      run: ({ args }) => args.n,
    })
    const wanted = Array.from({ length: 3_500 }, (_, i): NewTask => {
      if (i % 7 === 3) return { operation: 'WORK', args: { n: -i } }
      if (i % 7 === 5) return { operation: 'NOBODY' }
      return { operation: 'WORK', args: { n: i } }
    })
    const outcomes = await manager.createMany(wanted)
    expect(outcomes.map(told)).to.deep.equal(
      wanted.map(({ operation, args }, i) =>
        operation === 'NOBODY' ? 'unsupported-operation' : i % 7 === 3 ? 'invalid-arguments' : args,
      ),
    )
    const good = outcomes.filter((outcome) => 'task' in outcome)
    expect(await manager.count()).to.equal(good.length)
    const last = await manager.waitFor(good.at(-1)!.task.id)
    expect(last.result).to.equal((last.args as { n: number }).n)
  })

  it('answers per item when each is checked asynchronously', async () => {
    const { manager } = make()
    manager.register('WORK', {
      async validate({ n }) {
        await settled()
        if (n === 1) throw new Error('the check itself is broken')
      },
      run: () => {},
    })
    const outcomes = await manager.createMany([0, 1, 2].map((n) => ({ operation: 'WORK', args: { n } })))
    expect(outcomes.map(told)).to.deep.equal([{ n: 0 }, 'internal', { n: 2 }])
  })

  it('stops taking at the limit of the queue, and says so for each item beyond it', async () => {
    const { manager } = make({ maxQueued: 3 })
    manager.register('WORK', { run: () => never })
    const outcomes = await manager.createMany(Array.from({ length: 5 }, () => ({ operation: 'WORK' })))
    expect(outcomes.map(told)).to.deep.equal([{}, {}, {}, 'queue-full', 'queue-full'])
  })

  it('lets an item refer to one before it, and tells of a duplicate', async () => {
    const { manager } = make()
    manager.register('WORK', { run: () => {} })
    const [first, second] = await manager.createMany([
      { operation: 'WORK', options: { dedupKey: 'k' } },
      { operation: 'WORK', options: { dedupKey: 'k' } },
    ])
    expect(first).to.include({ duplicate: false })
    expect(second).to.include({ duplicate: true })
    expect(told(second!)).to.deep.equal(told(first!))
  })

  it('of none answers nothing', async () => {
    const { manager } = make()
    expect(await manager.createMany([])).to.deep.equal([])
  })
})

function told(outcome: CreateOutcome): unknown {
  return 'error' in outcome ? outcome.error.code : outcome.task.args
}
