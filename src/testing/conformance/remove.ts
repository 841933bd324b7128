import assert from 'node:assert/strict'
import { theme } from './theme.ts'

export const removing = theme('remove', (it) => {
  it('removes an ended task with its output, and tells so', async (t) => {
    const claim = await t.run()
    await t.write(claim, { stream: 'log', text: 'hello' })
    const ended = await t.end(claim)
    assert.deepEqual(await t.engine.remove([claim.id]), ['removed'])
    assert.equal(await t.engine.get(claim.id), undefined)
    assert.equal(await t.engine.readOutput(claim.id, { stream: 'log', after: 0, limit: 10 }), undefined)
    assert.equal(await t.engine.count({}), 0)
    assert.deepEqual(await t.ids(), [])
    await t.told('that the task is deleted', () => t.host.events.at(-1)?.type === 'deleted')
    assert.equal(t.host.events.at(-1)?.task.id, ended?.id)
    assert.equal(t.host.events.at(-1)?.task.state, 'SUCCEEDED')
  })

  it('leaves an unfinished task alone, and says so', async (t) => {
    const retried = await t.run()
    await t.retry(retried, t.ticks(9))
    const running = await t.run()
    const fresh = await t.add()
    assert.deepEqual(await t.engine.remove([running.id, fresh.id, retried.id]), [
      'unfinished',
      'unfinished',
      'unfinished',
    ])
    assert.equal(await t.engine.count({}), 3)
  })

  it('says that a task is missing', async (t) => {
    assert.deepEqual(await t.engine.remove(['nobody']), ['missing'])
  })

  it('answers each of a batch in order, also one that is named twice', async (t) => {
    const [a, b] = [await t.ended(), await t.ended()]
    const fresh = await t.add()
    assert.deepEqual(await t.engine.remove([a.id, fresh.id, 'nobody', b.id, a.id]), [
      'removed',
      'unfinished',
      'missing',
      'removed',
      'missing',
    ])
  })

  it('removes a task with all its descendants, and tells of each', async (t) => {
    const root = await t.ended()
    const child = await t.ended({ parentId: root.id })
    const grandchild = await t.ended({ parentId: child.id })
    const stranger = await t.ended()
    assert.deepEqual(await t.engine.remove([root.id]), ['removed'])
    assert.deepEqual(await t.ids(), [stranger.id])
    const deleted = () =>
      t.host.events.filter((event) => event.type === 'deleted').map((event) => event.task.id)
    await t.told('of each task', () => deleted().length === 3)
    assert.deepEqual(deleted().sort(), [root.id, child.id, grandchild.id].sort())
  })

  it('removes nothing of a tree in which one is unfinished', async (t) => {
    const root = await t.ended()
    const child = await t.ended({ parentId: root.id })
    const grandchild = await t.add({ parentId: child.id })
    assert.deepEqual(await t.engine.remove([root.id]), ['unfinished'])
    assert.equal(await t.engine.count({}), 3)
    await t.cancel(grandchild.id)
    assert.deepEqual(await t.engine.remove([root.id]), ['removed'])
    assert.equal(await t.engine.count({}), 0)
  })

  it('removes a branch and leaves the rest of the tree', async (t) => {
    const root = await t.ended()
    const [left, right] = [await t.ended({ parentId: root.id }), await t.ended({ parentId: root.id })]
    assert.deepEqual(await t.engine.remove([left.id]), ['removed'])
    assert.deepEqual(await t.ids(), [root.id, right.id])
  })

  it('lets a name be used again whose task was removed', async (t) => {
    const root = await t.add({ held: true })
    const child = await t.ended({ parentId: root.id, name: 'step-1' })
    await t.engine.remove([child.id])
    await t.add({ parentId: root.id, name: 'step-1' })
  })

  it('is not disturbed by what was due for the removed task', async (t) => {
    const task = await t.ended({ retain: t.ticks(2) })
    await t.engine.remove([task.id])
    await t.pass(3)
    assert.equal(t.host.events.filter((event) => event.type === 'deleted').length, 1)
  })
})
