import assert from 'node:assert/strict'
import type { TaskQuery } from '../../core/query.ts'
import type { Bench } from './bench.ts'
import { RETURNED } from './samples.ts'
import { theme } from './theme.ts'

const deleted = (t: Bench): string[] =>
  t.host.events.filter((event) => event.type === 'deleted').map((event) => event.task.id)

export const purging = theme('purge', (it) => {
  it('keeps an ended task for its time and then purges it, with its output', async (t) => {
    const claim = await t.run({ retain: t.ticks(2) })
    await t.write(claim, { stream: 'log', text: 'hello' })
    await t.end(claim)
    await t.pass(1)
    assert.equal(await t.isThere(claim.id), true)
    await t.pass(1)
    assert.equal(await t.isThere(claim.id), false)
    assert.equal(await t.engine.count({}), 0)
    assert.deepEqual(await t.ids(), [])
    assert.equal(await t.engine.readOutput(claim.id, { stream: 'log', after: 0, limit: 1 }), undefined)
  })

  it('tells of a purge, with the task as it last was', async (t) => {
    const task = await t.ended({ retain: t.ticks(1), args: { days: 3 } })
    await t.pass(2)
    await t.told('that the task is deleted', () => deleted(t).length > 0)
    const last = t.host.events.at(-1)
    assert.equal(last?.type, 'deleted')
    assert.equal(last.task.id, task.id)
    assert.equal(last.task.state, 'SUCCEEDED')
    assert.deepEqual(last.task.args, { days: 3 })
  })

  for (const way of ['purged', 'removed'] as const) {
    it(`finds a ${way} task by nothing any more`, async (t) => {
      const retain = t.ticks(1)
      const parent = await t.run({ id: 'a', retain })
      const rest = { operation: 'A', tags: ['x'], args: { path: 'needle' }, createdBy: 'ann', retain }
      const child = await t.ended({ id: 'b', parentId: parent.id, name: 'step-1', ...rest })
      const queries: TaskQuery[] = [
        { operation: ['A'] },
        { tag: ['x'] },
        { parentId: parent.id },
        { text: 'needle' },
        { state: ['SUCCEEDED'] },
        { visible: { all: [], own: ['A'], owner: 'ann' } },
        { createdSince: child.createdAt },
        { sort: 'endedAt' },
      ]
      const found = async (query: TaskQuery) => (await t.ids(query)).includes(child.id)
      for (const query of queries) assert.ok(await found(query), JSON.stringify(query))
      await t.end(parent)
      if (way === 'purged') await t.pass(2)
      else await t.engine.remove([parent.id])
      for (const query of queries) {
        assert.ok(!(await found(query)), JSON.stringify(query))
        assert.equal((await t.page(query)).total, 0)
        const { sort: _, ...filter } = query
        assert.equal(await t.engine.count(filter), 0)
      }
    })
  }

  it('purges a task that is not to be kept at all', async (t) => {
    const task = await t.ended({ retain: 0 })
    await t.pass(1)
    assert.equal(await t.isThere(task.id), false)
  })

  it('purges tasks that were canceled, skipped or expired too', async (t) => {
    const retain = t.ticks(1)
    await t.cancel((await t.add({ retain })).id)
    await t.supersede((await t.add({ retain })).id)
    await t.add({ retain, ttl: t.ticks(1) })
    await t.pass(4)
    assert.equal(await t.engine.count({}), 0)
  })

  it('never purges an unfinished task', async (t) => {
    const retried = await t.run({ retain: 0 })
    await t.retry(retried, t.ticks(1))
    const running = await t.run({ retain: 0 })
    const held = await t.add({ retain: 0, held: true })
    await t.pass(5)
    for (const { id } of [retried, running, held]) assert.equal(await t.isThere(id), true)
  })

  it('keeps a task that an unfinished one still has to wait for or waited for', async (t) => {
    const first = await t.ended({ retain: t.ticks(1) })
    const dependent = await t.add({ after: [{ id: first.id, on: 'success' }], retain: t.ticks(100) })
    await t.pass(3)
    assert.equal(await t.isThere(first.id), true)
    await t.end(await t.claimOnly(dependent.id))
    await t.pass(1)
    assert.equal(await t.isThere(first.id), false)
    assert.equal(await t.isThere(dependent.id), true)
  })

  it('keeps an ended parent while a descendant is unfinished', async (t) => {
    const parent = await t.ended({ retain: t.ticks(1) })
    const child = await t.run({ parentId: parent.id, retain: t.ticks(1) })
    await t.pass(3)
    assert.equal(await t.isThere(parent.id), true)
    await t.end(child)
    await t.pass(2)
    assert.equal(await t.engine.count({}), 0)
  })

  it('keeps an ended child while its parent is unfinished', async (t) => {
    const parent = await t.run({ retain: t.ticks(1) })
    const child = await t.ended({ parentId: parent.id, retain: t.ticks(1) })
    await t.pass(3)
    assert.equal(await t.isThere(child.id), true)
    await t.end(parent)
    await t.pass(2)
    assert.equal(await t.engine.count({}), 0)
  })

  it('purges a tree as one: an ended branch stays while another is unfinished', async (t) => {
    const retain = t.ticks(1)
    const root = await t.ended({ retain })
    const [left, right] = [
      await t.ended({ parentId: root.id, retain }),
      await t.add({ parentId: root.id, retain }),
    ]
    await t.pass(3)
    assert.deepEqual(await t.ids(), [root.id, left.id, right.id])
    await t.end(await t.claimOnly(right.id))
    await t.pass(2)
    assert.deepEqual(await t.ids(), [])
    assert.deepEqual(deleted(t).sort(), [root.id, left.id, right.id].sort())
  })

  it('purges thousands that come due together', async (t) => {
    await t.addMany(3_000, { retain: t.ticks(1) })
    const claims = await t.claim({ room: new Map([['SWEEP', 3_000]]), limit: 3_000 })
    const outcome = { kind: 'end', state: 'SUCCEEDED', reason: RETURNED } as const
    await t.engine.settle(claims.map(({ id, lease }) => ({ id, lease, outcome })))
    await t.pass(2)
    assert.equal(await t.engine.count({}), 0)
    await t.told('of each purge', () => deleted(t).length === 3_000)
  })
})
