import assert from 'node:assert/strict'
import { RETURNED } from './samples.ts'
import { theme } from './theme.ts'

export const filtering = theme('list filters', (it) => {
  it('finds everything without a filter, and counts it', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' })
    const page = await t.page()
    assert.deepEqual(
      page.items.map((task) => task.id),
      ['a', 'b', 'c'],
    )
    assert.equal(page.total, 3)
    assert.equal(page.totalCapped, undefined)
    assert.equal(page.cursor, undefined)
    assert.equal(await t.engine.count({}), 3)
  })

  it('answers an empty page where nothing fits', async (t) => {
    await t.add()
    for (const filter of [
      { operation: ['NONE'] },
      { state: ['FAILED'] as const },
      { tag: ['x'] },
      { parentId: 'nobody' },
      { text: 'zebra' },
    ]) {
      assert.deepEqual(await t.page(filter), { items: [], total: 0 })
      assert.equal(await t.engine.count(filter), 0)
    }
  })

  it('lists the same snapshots that get answers', async (t) => {
    const claim = await t.run({ tags: ['a'], args: { x: 1 } })
    await t.progress(claim, { percent: 5 })
    await t.add({ delay: t.ticks(5) })
    for (const task of (await t.page()).items) t.same(task, await t.get(task.id))
  })

  it('filters by any of several operations', async (t) => {
    await t.insert({ id: 'a', operation: 'A' }, { id: 'b', operation: 'B' }, { id: 'c', operation: 'C' })
    assert.deepEqual(await t.ids({ operation: ['A'] }), ['a'])
    assert.deepEqual(await t.ids({ operation: ['A', 'C', 'NONE'] }), ['a', 'c'])
  })

  it('filters by any of several states, as they change', async (t) => {
    const [a, b] = [await t.run(), await t.run()]
    const c = await t.add()
    await t.amend(b, { state: 'WAITING', waitingFor: 'action' })
    assert.deepEqual(await t.ids({ state: ['NEW'] }), [c.id])
    assert.deepEqual(await t.ids({ state: ['ACTIVE'] }), [a.id])
    assert.deepEqual(await t.ids({ state: ['WAITING', 'NEW'] }), [b.id, c.id])
    await t.end(a, 'FAILED')
    await t.cancel(c.id)
    assert.deepEqual(await t.ids({ state: ['FAILED', 'CANCELED'] }), [a.id, c.id])
    assert.deepEqual(await t.ids({ state: ['NEW', 'ACTIVE', 'SUCCEEDED', 'SKIPPED'] }), [])
  })

  it('filters by all of several tags', async (t) => {
    await t.insert(
      { id: 'a', tags: ['x'] },
      { id: 'b', tags: ['x', 'y'] },
      { id: 'c', tags: ['y'] },
      { id: 'd' },
    )
    assert.deepEqual(await t.ids({ tag: ['x'] }), ['a', 'b'])
    assert.deepEqual(await t.ids({ tag: ['x', 'y'] }), ['b'])
    assert.deepEqual(await t.ids({ tag: ['x', 'none'] }), [])
  })

  it('takes tags apart that look like parts of each other, or like names of an object', async (t) => {
    await t.insert(
      { id: 'a', tags: ['disk'] },
      { id: 'b', tags: ['disk,tape'] },
      { id: 'c', tags: ['__proto__'] },
      { id: 'd', tags: ['toString'] },
    )
    assert.deepEqual(await t.ids({ tag: ['disk'] }), ['a'])
    assert.deepEqual(await t.ids({ tag: ['__proto__'] }), ['c'])
    assert.deepEqual(await t.ids({ tag: ['toString'] }), ['d'])
    assert.deepEqual(await t.ids({ tag: ['constructor'] }), [])
  })

  it('filters by the time of creation: since is included, until is not', async (t) => {
    const a = await t.add()
    await t.pass(1)
    const b = await t.add()
    await t.pass(1)
    const c = await t.add()
    assert.deepEqual(await t.ids({ createdSince: b.createdAt }), [b.id, c.id])
    assert.deepEqual(await t.ids({ createdUntil: b.createdAt }), [a.id])
    assert.deepEqual(await t.ids({ createdSince: b.createdAt, createdUntil: c.createdAt }), [b.id])
    assert.equal((await t.page({ createdSince: b.createdAt, createdUntil: c.createdAt })).total, 1)
    assert.deepEqual(await t.ids({ createdSince: c.createdAt + 1_000_000 }), [])
  })

  it('counts and pages times of creation right, also where tasks are gone', async (t) => {
    const ids = Array.from({ length: 1_500 }, (_, i) => `a${1_000 + i}`)
    await t.insert(...ids.map((id) => ({ id })))
    await t.pass(1)
    const later = await t.add({ id: 'b', tags: ['late'] })
    await t.pass(1)
    await t.insert(...Array.from({ length: 1_500 }, (_, i) => ({ id: `c${1_000 + i}` })))
    const away = ids.slice(0, 1_490)
    await t.engine.requestCancel(away.map((id) => ({ id, code: 'canceled', message: 'away' })))
    await t.engine.remove(away)
    const until = { createdUntil: later.createdAt }
    const since = { createdSince: later.createdAt }
    assert.equal(await t.engine.count(until), 10)
    assert.equal(await t.engine.count(since), 1_501)
    assert.equal((await t.page(until)).total, 10)
    assert.equal((await t.page(until)).items.length, 10)
    assert.equal((await t.page(since)).total, 1_501)
    assert.equal((await t.page({ ...since, tag: ['late'] })).total, 1)
    assert.equal((await t.page({ ...until, text: 'a2499' })).total, 1)
    const newest = await t.page({ ...until, sort: '-createdAt', limit: 1 })
    assert.equal(newest.items[0]?.id, 'a2499')
  })

  it('searches id, name, operation, tags, reason, progress message and arguments', async (t) => {
    const parent = await t.add({ id: 'id-needle', held: true })
    await t.insert(
      { id: 'b', name: 'the needle', parentId: parent.id, held: true },
      { id: 'c', operation: 'NEEDLE_PURGE', held: true },
    )
    await t.insert(
      { id: 'd', tags: ['x', 'needle'], held: true },
      { id: 'e', args: { path: ['/srv/needle'] }, held: true },
      { id: 'f', held: true },
    )
    const reason = await t.run({ id: 'g' })
    await t.settle(reason, {
      kind: 'end',
      state: 'FAILED',
      reason: { code: 'error', message: 'lost the needle' },
    })
    const progress = await t.run({ id: 'h' })
    await t.progress(progress, { message: 'looking for the needle' })
    assert.deepEqual((await t.ids({ text: 'needle' })).sort(), ['b', 'c', 'd', 'e', 'g', 'h', 'id-needle'])
    assert.equal(await t.engine.count({ text: 'needle' }), 7)
  })

  it('ignores case in a search, on both sides', async (t) => {
    await t.insert({ id: 'a', args: { path: '/Srv/Übung' } }, { id: 'b', tags: ['SRV'] })
    assert.deepEqual(await t.ids({ text: 'srv' }), ['a', 'b'])
    assert.deepEqual(await t.ids({ text: 'ÜBUNG' }), ['a'])
  })

  it('takes the signs of patterns for what they are', async (t) => {
    await t.insert({ id: 'a', args: { path: '100%' } }, { id: 'b', args: { path: 'x' } })
    for (const text of ['%', '0%']) assert.deepEqual(await t.ids({ text }), ['a'], text)
    for (const text of ['.*', '_', '*', '[a-z]', '\\']) assert.deepEqual(await t.ids({ text }), [], text)
  })

  it('never finds a task by a secret', async (t) => {
    await t.add({ args: { login: { password: 'geheim' }, user: 'ann' }, secrets: ['/login/password'] })
    assert.equal(await t.engine.count({ text: 'geheim' }), 0)
    assert.deepEqual(await t.ids({ text: 'geheim' }), [])
    assert.equal(await t.engine.count({ text: 'ann' }), 1)
  })

  it('never finds a task by a secret in each item of a list', async (t) => {
    await t.add({ args: { hosts: [{ key: 'geheim-1' }, { key: 'geheim-2' }] }, secrets: ['/hosts/*/key'] })
    assert.equal(await t.engine.count({ text: 'geheim' }), 0)
  })

  it('shows only what the visibility lets see: all of some operations, one’s own of others', async (t) => {
    await t.insert(
      { id: 'a', operation: 'A', createdBy: 'ann' },
      { id: 'b', operation: 'A', createdBy: 'bob' },
      { id: 'c', operation: 'B', createdBy: 'ann' },
      { id: 'd', operation: 'B', createdBy: 'bob' },
      { id: 'e', operation: 'B' },
      { id: 'f', operation: 'C', createdBy: 'ann' },
    )
    const sees = (all: string[], own: string[], owner?: string) =>
      t.ids({ visible: { all, own, ...(owner === undefined ? {} : { owner }) } })
    assert.deepEqual(await sees(['A'], ['B'], 'ann'), ['a', 'b', 'c'])
    assert.deepEqual(await sees([], ['A', 'B'], 'bob'), ['b', 'd'])
    assert.deepEqual(await sees(['A', 'B', 'C'], []), ['a', 'b', 'c', 'd', 'e', 'f'])
    assert.deepEqual(await sees([], ['A', 'B', 'C'], 'eve'), [])
    assert.deepEqual(await sees([], ['A', 'B', 'C']), [])
    assert.deepEqual(await sees([], []), [])
    assert.deepEqual(await sees(['NONE'], ['NONE'], 'ann'), [])
  })

  it('counts no more than the visibility lets see', async (t) => {
    await t.insert(
      { operation: 'A', createdBy: 'ann' },
      { operation: 'A', createdBy: 'bob' },
      { operation: 'B' },
    )
    const visible = { all: [], own: ['A'], owner: 'ann' }
    assert.equal((await t.page({ visible })).total, 1)
    assert.equal(await t.engine.count({ visible }), 1)
    assert.equal(await t.engine.count({ visible, operation: ['B'] }), 0)
  })

  it('combines all filters: a task has to fit each', async (t) => {
    const parent = await t.add({ held: true })
    const fitting = {
      operation: 'A',
      tags: ['x', 'y'],
      args: { path: 'needle' },
      createdBy: 'ann',
      parentId: parent.id,
    }
    await t.insert(
      { id: 'fits', ...fitting },
      { id: 'no1', ...fitting, operation: 'B' },
      { id: 'no2', ...fitting, tags: ['x'] },
      { id: 'no3', ...fitting, args: {} },
      { id: 'no4', ...fitting, createdBy: 'bob' },
      { id: 'no5', ...fitting, held: true },
    )
    const { id: no6 } = await t.add({
      id: 'no6',
      operation: 'A',
      tags: ['x', 'y'],
      args: { path: 'needle' },
      createdBy: 'ann',
    })
    const claims = await t.claim({ room: new Map([['A', 10]]) })
    for (const claim of claims) await t.settle(claim, { kind: 'end', state: 'SKIPPED', reason: RETURNED })
    const query = {
      operation: ['A', 'C'],
      state: ['SKIPPED', 'FAILED'] as const,
      tag: ['x', 'y'],
      parentId: parent.id,
      text: 'needle',
      createdSince: parent.createdAt,
      visible: { all: ['C'], own: ['A', 'B'], owner: 'ann' },
    }
    assert.deepEqual(await t.ids(query), ['fits'])
    assert.equal((await t.page(query)).total, 1)
    assert.equal(await t.engine.count(query), 1)
    assert.equal((await t.get(no6)).state, 'SKIPPED')
  })
})
