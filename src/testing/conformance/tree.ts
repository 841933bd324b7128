import assert from 'node:assert/strict'
import { RETURNED } from './samples.ts'
import { theme } from './theme.ts'

export const trees = theme('trees', (it) => {
  it('keeps the parent and the name of a child, and lists the children of a task', async (t) => {
    const parent = await t.run()
    const child = await t.add({ parentId: parent.id, name: 'step-1' })
    await t.add({ parentId: child.id })
    await t.add()
    assert.equal(child.parentId, parent.id)
    assert.equal(child.name, 'step-1')
    assert.deepEqual(await t.ids({ parentId: parent.id }), [child.id])
  })

  it('answers the child that is there when its name is used again under the same parent', async (t) => {
    const parent = await t.run()
    const child = await t.add({ parentId: parent.id, name: 'step-1' })
    const [again] = await t.insert({ parentId: parent.id, name: 'step-1' })
    assert.ok(again?.kind === 'duplicate')
    assert.equal(again.of, 'name')
    assert.equal(again.task.id, child.id)
  })

  it('finds a named child that has ended, so that a parent that starts from the top finds what it had', async (t) => {
    const parent = await t.run()
    const child = await t.ended({ parentId: parent.id, name: 'step-1' })
    const [again] = await t.insert({ parentId: parent.id, name: 'step-1' })
    assert.ok(again?.kind === 'duplicate')
    assert.equal(again.task.id, child.id)
    assert.equal(again.task.state, 'SUCCEEDED')
  })

  it('knows a name that an earlier draft of the same batch took', async (t) => {
    const parent = await t.run()
    const [, again] = await t.insert(
      { id: 'a', parentId: parent.id, name: 'n' },
      { id: 'b', parentId: parent.id, name: 'n' },
    )
    assert.ok(again?.kind === 'duplicate')
    assert.equal(again.task.id, 'a')
  })

  it('keeps the names of different parents apart, and of tasks without one', async (t) => {
    const [a, b] = [await t.run(), await t.run()]
    await t.add({ parentId: a.id, name: 'step-1' })
    await t.add({ parentId: b.id, name: 'step-1' })
    await t.add({ name: 'step-1' })
    await t.add({ name: 'step-1' })
  })

  it('gives the name of an ended child to its re-run', async (t) => {
    const parent = await t.run()
    const failed = await t.ended({ parentId: parent.id, name: 'step-1' }, 'FAILED')
    const rerun = await t.add({ parentId: parent.id, name: 'step-1', rerunOf: failed.id })
    assert.equal(rerun.name, 'step-1')
    const [again] = await t.insert({ parentId: parent.id, name: 'step-1' })
    assert.ok(again?.kind === 'duplicate')
    assert.equal(again.task.id, rerun.id)
  })

  it('does not give the name of an unfinished child away, nor to a re-run of something else', async (t) => {
    const parent = await t.run()
    const other = await t.ended()
    const child = await t.add({ parentId: parent.id, name: 'step-1' })
    for (const rerunOf of [child.id, other.id]) {
      const [again] = await t.insert({ parentId: parent.id, name: 'step-1', rerunOf })
      assert.ok(again?.kind === 'duplicate')
      assert.equal(again.task.id, child.id)
    }
    await t.cancel(child.id)
    const [again] = await t.insert({ parentId: parent.id, name: 'step-1', rerunOf: other.id })
    assert.equal(again?.kind, 'duplicate')
  })

  it('leaves the ended child as it is whose name a re-run takes over', async (t) => {
    const parent = await t.run()
    const failed = await t.ended({ parentId: parent.id, name: 'step-1' }, 'FAILED')
    await t.add({ parentId: parent.id, name: 'step-1', rerunOf: failed.id })
    t.same(await t.get(failed.id), failed)
  })

  it('lets thousands of children end after their parent, and keeps the tree until the last', async (t) => {
    t.host.isListening = false
    const parent = await t.run({ retain: t.ticks(1) })
    await t.addMany(20_000, { parentId: parent.id })
    await t.end(parent, 'CANCELED')
    const room = new Map([['SWEEP', 20_000]])
    const [last, ...others] = await t.claim({ room, limit: 20_000 })
    const outcome = { kind: 'end', state: 'SUCCEEDED', reason: RETURNED } as const
    await t.engine.settle(others.map(({ id, lease }) => ({ id, lease, outcome })))
    await t.pass(3)
    assert.equal(await t.engine.count({ parentId: parent.id }), 20_000)
    await t.end(last!)
    await t.pass(3)
    assert.equal(await t.engine.count({}), 0)
  })

  it('lists the children of many parents each by itself', async (t) => {
    const parents = await t.addMany(5)
    for (const parent of parents) await t.addMany(3, { parentId: parent.id })
    for (const parent of parents) {
      const { items, total } = await t.page({ parentId: parent.id })
      assert.equal(total, 3)
      assert.ok(items.every((task) => task.parentId === parent.id))
    }
  })
})
