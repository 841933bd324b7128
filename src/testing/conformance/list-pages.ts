import assert from 'node:assert/strict'
import { COUNT_LIMIT, TASK_SORTS } from '../../core/query.ts'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const shown = async (t: Bench, query: Parameters<Bench['page']>[0]): Promise<string[]> =>
  (await t.page(query)).items.map((task) => task.id)

export const paging = theme('list pages', (it) => {
  it('sorts by creation, either way', async (t) => {
    for (const id of ['a', 'b', 'c']) {
      await t.add({ id })
      await t.pass(1)
    }
    assert.deepEqual(await shown(t, { sort: 'createdAt' }), ['a', 'b', 'c'])
    assert.deepEqual(await shown(t, { sort: '-createdAt' }), ['c', 'b', 'a'])
  })

  it('keeps the order of creation among tasks of the same moment', async (t) => {
    const ids = (await t.addMany(20)).map((task) => task.id)
    assert.deepEqual(await shown(t, { sort: 'createdAt' }), ids)
    assert.deepEqual(await shown(t, { sort: '-createdAt' }), ids.toReversed())
  })

  it('sorts by id, either way', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' })
    assert.deepEqual(await shown(t, { sort: 'id' }), ['a', 'b', 'c'])
    assert.deepEqual(await shown(t, { sort: '-id' }), ['c', 'b', 'a'])
  })

  it('sorts ended tasks by their end, either way, and leaves out the others', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd', held: true })
    const claims = await t.claim()
    for (const id of ['c', 'a', 'b']) {
      await t.end(claims.find((claim) => claim.id === id)!)
      await t.pass(1)
    }
    await t.run()
    assert.deepEqual(await shown(t, { sort: 'endedAt' }), ['c', 'a', 'b'])
    assert.deepEqual(await shown(t, { sort: '-endedAt' }), ['b', 'a', 'c'])
    assert.equal((await t.page({ sort: 'endedAt' })).total, 3)
    assert.deepEqual(await shown(t, { sort: 'endedAt', state: ['NEW', 'ACTIVE'] }), [])
    assert.deepEqual(await shown(t, { sort: 'endedAt', state: ['NEW', 'SUCCEEDED'] }), ['c', 'a', 'b'])
  })

  for (const sort of TASK_SORTS) {
    it(`goes through all pages sorted by ${sort} without skipping or repeating`, async (t) => {
      const tasks = await t.addMany(25)
      await t.engine.requestCancel(tasks.map(({ id }) => ({ id, code: 'canceled', message: 'x' })))
      const ids = await t.ids({ sort, limit: 4 })
      assert.equal(ids.length, 25)
      assert.equal(new Set(ids).size, 25)
      assert.deepEqual(ids, await shown(t, { sort }))
    })
  }

  it('shows a task once where some operations are seen as a whole and others only by their creators', async (t) => {
    for (const createdBy of ['ann', 'bob']) {
      await t.addMany(20, { operation: 'A', createdBy })
      await t.addMany(20, { operation: 'B', createdBy })
    }
    await t.insert(
      ...['A', 'B', 'A', 'B', 'A'].map((operation) => ({ operation, createdBy: 'ann', tags: ['x'] })),
    )
    const query = { tag: ['x'], visible: { all: ['A'], own: ['B'], owner: 'ann' }, limit: 2 }
    for (const sort of TASK_SORTS.filter((each) => !each.endsWith('endedAt'))) {
      const ids = await t.ids({ ...query, sort })
      assert.equal(ids.length, 5, sort)
      assert.equal(new Set(ids).size, 5, sort)
    }
  })

  it('gives at most `limit` tasks, and the total of all', async (t) => {
    await t.addMany(10)
    const page = await t.page({ limit: 3 })
    assert.equal(page.items.length, 3)
    assert.equal(page.total, 10)
    assert.notEqual(page.cursor, undefined)
  })

  it('gives no cursor at the end', async (t) => {
    await t.addMany(4)
    const first = await t.page({ limit: 2 })
    const second = await t.page({ limit: 2, cursor: first.cursor! })
    assert.equal(second.items.length, 2)
    if (second.cursor !== undefined) {
      const third = await t.page({ limit: 2, cursor: second.cursor })
      assert.deepEqual([third.items, third.cursor], [[], undefined])
    }
    assert.equal((await t.page({ limit: 5 })).cursor, undefined)
  })

  it('does not show on later pages, newest first, what was created since', async (t) => {
    const ids = (await t.addMany(4)).map((task) => task.id)
    const first = await t.page({ sort: '-createdAt', limit: 2 })
    await t.addMany(3)
    const second = await t.page({ sort: '-createdAt', limit: 10, cursor: first.cursor! })
    assert.deepEqual(
      [...first.items, ...second.items].map((task) => task.id),
      ids.toReversed(),
    )
  })

  it('goes on from a cursor whose task was purged or left the filter meanwhile', async (t) => {
    const tasks = await t.addMany(6, { retain: 0 })
    const first = await t.page({ sort: 'createdAt', state: ['NEW'], limit: 2 })
    await t.engine.requestCancel(tasks.slice(0, 4).map(({ id }) => ({ id, code: 'canceled', message: 'x' })))
    await t.pass(1)
    assert.equal(await t.isThere(tasks[1]!.id), false)
    const second = await t.page({ sort: 'createdAt', state: ['NEW'], limit: 9, cursor: first.cursor! })
    assert.deepEqual(
      second.items.map((task) => task.id),
      tasks.slice(4).map((task) => task.id),
    )
  })

  it('goes on when all that the cursor led to is gone', async (t) => {
    const tasks = await t.addMany(4, { retain: 0 })
    const first = await t.page({ sort: 'id', limit: 2 })
    await t.engine.requestCancel(tasks.map(({ id }) => ({ id, code: 'canceled', message: 'x' })))
    await t.pass(1)
    assert.deepEqual(await shown(t, { sort: 'id', limit: 2, cursor: first.cursor! }), [])
  })

  it('applies the filters on each page', async (t) => {
    for (let i = 0; i < 12; i++)
      await t.add({ operation: i % 3 === 0 ? 'A' : 'B', tags: i % 2 === 0 ? ['even'] : [] })
    assert.equal((await t.ids({ operation: ['A'], limit: 1 })).length, 4)
    assert.equal((await t.ids({ operation: ['A'], tag: ['even'], limit: 1 })).length, 2)
    assert.equal((await t.ids({ text: 'even', limit: 1 })).length, 6)
  })

  it('says that a cursor is invalid which it did not make', async (t) => {
    await t.addMany(3)
    for (const cursor of [
      'x',
      '',
      'AAAA',
      '{"a":1}',
      '../..',
      'ü',
      '9'.repeat(500),
      Buffer.from('createdAt 1e9').toString('base64url'),
    ]) {
      assert.equal(await t.engine.list(t.query({ cursor })), 'invalid-cursor', JSON.stringify(cursor))
    }
  })

  it('says that a cursor of another sort is invalid', async (t) => {
    for (let i = 0; i < 3; i++) await t.ended()
    for (const made of TASK_SORTS) {
      const { cursor } = await t.page({ sort: made, limit: 1 })
      for (const sort of TASK_SORTS) {
        if (sort === made) continue
        assert.equal(
          await t.engine.list(t.query({ sort, cursor: cursor! })),
          'invalid-cursor',
          `${made} for ${sort}`,
        )
      }
    }
  })

  it(`counts exactly to ${COUNT_LIMIT}, and says when it stopped there`, async (t) => {
    await t.addMany(COUNT_LIMIT, { operation: 'A', tags: ['x'] })
    const filters = [{}, { operation: ['A'] }, { tag: ['x'], state: ['NEW'] as const }]
    for (const filter of filters) {
      const { total, totalCapped } = await t.page({ ...filter, limit: 1 })
      assert.deepEqual({ total, totalCapped }, { total: COUNT_LIMIT, totalCapped: undefined })
    }
    await t.add({ operation: 'A', tags: ['x'] })
    for (const filter of filters) {
      const { total, totalCapped } = await t.page({ ...filter, limit: 1 })
      assert.deepEqual({ total, totalCapped }, { total: COUNT_LIMIT, totalCapped: true })
      assert.equal(await t.engine.count(filter), COUNT_LIMIT + 1)
    }
  })
})
