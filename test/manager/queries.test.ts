import { expect } from 'chai'
import { settled } from '../../src/testing/index.ts'
import type { Manager } from '../../src/index.ts'
import { useManagers } from './managers.ts'
import { never, refusal } from './promises.ts'

describe('Looking tasks up', () => {
  const make = useManagers()

  async function filled(): Promise<Manager> {
    const { manager, clock } = make()
    manager
      .register('GOOD', { run: () => 'ok' })
      .register('BAD', { run: () => Promise.reject(new Error('no')) })
    for (let i = 0; i < 6; i++) {
      const tags = i % 2 === 0 ? ['even'] : ['odd']
      await manager.create(i < 4 ? 'GOOD' : 'BAD', { i }, { tags, subject: i < 2 ? 'ann' : 'bob' })
      await clock.advance('1s')
    }
    await manager.create('GOOD', { i: 6 }, { autoStart: false, tags: ['even', 'held'] })
    return manager
  }

  it('answers a task as it is now, or that there is none', async () => {
    const manager = await filled()
    const { items } = await manager.list({ sort: 'createdAt', limit: 1 })
    const task = await manager.get(items[0]!.id)
    expect(task).to.include({ state: 'SUCCEEDED', result: 'ok', createdBy: 'ann' })
    expect((await refusal('task-not-found', manager.get('nobody'))).message).to.contain('nobody')
  })

  it('lists the newest first, and counts and filters by all that it can', async () => {
    const manager = await filled()
    const numbers = async (query: object) =>
      (await manager.list(query)).items.map(({ args }) => (args as { i: number }).i)
    expect(await numbers({})).to.deep.equal([6, 5, 4, 3, 2, 1, 0])
    expect(await numbers({ sort: 'createdAt', limit: 2 })).to.deep.equal([0, 1])
    expect(await numbers({ operation: ['BAD'] })).to.deep.equal([5, 4])
    expect(await numbers({ state: ['NEW', 'FAILED'] })).to.deep.equal([6, 5, 4])
    expect(await numbers({ tag: ['even', 'held'] })).to.deep.equal([6])
    expect(await numbers({ tag: ['even'], operation: ['GOOD'], state: ['SUCCEEDED'] })).to.deep.equal([2, 0])
    const { createdAt } = (await manager.list({ sort: 'createdAt' })).items[3]!
    expect(await numbers({ createdSince: createdAt })).to.deep.equal([6, 5, 4, 3])
    expect(await numbers({ createdUntil: createdAt })).to.deep.equal([2, 1, 0])
    expect(await numbers({ text: 'HELD' })).to.deep.equal([6])
    expect(await numbers({ visible: { all: ['BAD'], own: ['GOOD'], owner: 'ann' } })).to.deep.equal([
      5, 4, 1, 0,
    ])
    expect(await manager.count()).to.equal(7)
    expect(await manager.count({ tag: ['odd'] })).to.equal(3)
  })

  it('goes on from a cursor, without a gap or a repetition', async () => {
    const manager = await filled()
    const seen: number[] = []
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await manager.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map(({ args }) => (args as { i: number }).i))
      expect(page.total).to.be.at.least(7)
      await manager.create('GOOD', { i: 100 + seen.length }, { autoStart: false })
      cursor = page.cursor
    }
    expect(seen).to.deep.equal([6, 5, 4, 3, 2, 1, 0])
  })

  it('refuses what is no query, naming the field', async () => {
    const { manager } = make()
    const cases: [object, string][] = [
      [{ state: ['DONE'] }, '"state"'],
      [{ state: 'NEW' }, '"state"'],
      [{ operation: 'GOOD' }, '"operation"'],
      [{ tag: [1] }, '"tag"'],
      [{ createdSince: 'now' }, '"createdSince"'],
      [{ text: '' }, '"text"'],
      [{ sort: 'name' }, '"sort"'],
      [{ limit: 0 }, '"limit"'],
      [{ limit: 1001 }, '"limit"'],
      [{ stat: ['NEW'] }, 'did you mean "state"?'],
    ]
    for (const [query, text] of cases)
      expect((await refusal('invalid-option', manager.list(query))).message).to.contain(text)
    await refusal('invalid-option', manager.count({ limit: 5 } as object))
    await refusal('invalid-cursor', manager.list({ cursor: 'made-up' }))
  })
})

describe('The operations of a manager', () => {
  const make = useManagers()

  it('are told with their schemas, limits and counts', async () => {
    const { manager } = make()
    const args = { type: 'object', properties: { n: { type: 'number' } } }
    manager.register('A', { summary: 'Does A', description: '**A**', args, concurrency: 2, run: () => {} })
    manager.register('B', { run: () => Promise.reject(new Error('no')) })
    const created = await manager.createMany(['A', 'A', 'B'].map((operation) => ({ operation })))
    for (const one of created) if ('task' in one) await manager.waitFor(one.task.id)
    const [a, b] = await manager.operations()
    const { counts, ...rest } = a!
    expect(rest).to.deep.equal({
      name: 'A',
      summary: 'Does A',
      description: '**A**',
      args,
      concurrencyHere: 2,
      workers: 1,
      paused: false,
    })
    expect(counts).to.include({ SUCCEEDED: 2, NEW: 0 })
    expect(b!.counts).to.include({ FAILED: 1 })
    expect(b).not.to.have.any.keys('summary', 'args', 'concurrency')
  })

  it('start nothing while they are paused, and go on when resumed', async () => {
    const { manager } = make()
    const ran: string[] = []
    manager.register('A', { run: () => void ran.push('A') }).register('B', { run: () => void ran.push('B') })
    await manager.pause('A')
    const { task } = await manager.create('A')
    await manager.create('B')
    await settled()
    expect(ran).to.deep.equal(['B'])
    expect(await manager.get(task.id)).to.include({ state: 'NEW', waitingFor: 'worker' })
    expect((await manager.operations()).map(({ paused }) => paused)).to.deep.equal([true, false])
    await manager.resume('A')
    await manager.waitFor(task.id)
    expect(ran).to.deep.equal(['B', 'A'])
  })

  it('let runs go on that go on when they are paused', async () => {
    const { manager } = make()
    manager.register('A', { run: (ops) => ops.waitFor('action') })
    const { task } = await manager.create('A')
    await settled()
    await manager.pause('A')
    await manager.update(task.id, { state: 'ACTIVE' })
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('that nobody registered cannot be paused', async () => {
    const { manager } = make()
    await refusal('operation-not-found', manager.pause('NOBODY'))
    await refusal('operation-not-found', manager.resume('NOBODY'))
  })

  it('may be registered after the manager is open, once, with a fitting animator', async () => {
    const { manager } = make()
    await manager.open()
    manager.register('A', { run: () => 1 })
    const { task } = await manager.create('A')
    expect((await manager.waitFor(task.id)).result).to.equal(1)
    const register = (name: unknown, animator: unknown) => () =>
      manager.register(name as string, animator as { run(): void })
    expect(register('A', { run: () => 1 })).to.throw('not registered yet')
    for (const name of ['', ' ', 'a b', '/a', 'x'.repeat(101), 5, undefined])
      expect(register(name, { run: () => 1 }), String(name)).to.throw('UPLOAD_PURGE')
    expect(register('B', undefined)).to.throw('an animator')
    expect(register('B', {})).to.throw('"B.run"')
    expect(register('B', { run: () => 1, timout: '1s' })).to.throw('did you mean "timeout"?')
    expect(register('B', { run: () => 1, concurrency: 0 })).to.throw('"B.concurrency"')
    expect(register('B', { run: () => 1, timeout: 'x' })).to.throw('"B.timeout"')
    expect(register('B', { run: () => 1, retry: { limit: 'x' } })).to.throw('"B.retry.limit"')
    expect(register('B', { run: () => 1, cancelGrace: -1 })).to.throw('"B.cancelGrace"')
    expect(register('B', { run: () => 1, validate: true })).to.throw('"B.validate"')
  })

  it('keep their slots apart from what never ends elsewhere', async () => {
    const { manager } = make()
    manager.register('STUCK', { concurrency: 1, run: () => never }).register('FREE', { run: () => 'free' })
    await manager.createMany([{ operation: 'STUCK' }, { operation: 'STUCK' }])
    const { task } = await manager.create('FREE')
    expect((await manager.waitFor(task.id)).result).to.equal('free')
  })
})
