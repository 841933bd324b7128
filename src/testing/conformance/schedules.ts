import assert from 'node:assert/strict'
import { byName, fired, fireOf, given, put } from './ticks.ts'
import { theme } from './theme.ts'

export const schedules = theme('schedules', (it) => {
  it('has none at first', async (t) => {
    assert.deepEqual(await t.engine.schedules(), [])
  })

  it('stores a new one at version 1, with nothing fired', async (t) => {
    const spec = { cron: '0 3 * * *', args: { days: [30, null] } }
    const schedule = await put(t, { spec, next: 1_000 })
    const { createdAt, modifiedAt, ...rest } = schedule
    t.sameTime(createdAt, t.time.now(), 'createdAt')
    assert.equal(modifiedAt, createdAt)
    assert.deepEqual(given(rest), { name: 'nightly', spec, version: 1, next: 1_000, fired: 0, skipped: 0 })
    assert.deepEqual(given(await byName(t, 'nightly')), given(schedule))
  })

  it('stores the next version in the place of the one before', async (t) => {
    const first = await put(t, { spec: { cron: 'a' }, next: 1_000 })
    await t.pass(1)
    const second = await put(t, { spec: { cron: 'b' }, next: 5_000 })
    assert.equal(second.version, 2)
    assert.deepEqual(second.spec, { cron: 'b' })
    assert.equal(second.next, 5_000)
    assert.equal(second.createdAt, first.createdAt)
    assert.ok(second.modifiedAt > first.modifiedAt, 'modifiedAt')
    assert.deepEqual((await t.engine.schedules()).map(given), [given(second)])
  })

  it('keeps what it counts, its last tick and its last task when it is put again', async (t) => {
    await put(t, { next: 1_000 })
    const { result } = await fired(t, { tick: 1_000, next: 2_000 })
    const again = await put(t, { next: 7_000 })
    assert.deepEqual(
      { last: again.last, lastTask: again.lastTask, fired: again.fired },
      { last: 1_000, lastTask: result.task.id, fired: 1 },
    )
  })

  it('stores one that has no next tick, and takes a next tick away', async (t) => {
    assert.equal((await put(t, { name: 'paused', next: undefined })).next, undefined)
    await put(t, { next: 1_000 })
    await put(t, { next: undefined })
    assert.equal((await byName(t, 'nightly'))?.next, undefined)
    assert.deepEqual(await t.engine.fire(fireOf(t, { version: 2, tick: 1_000 })), { kind: 'taken' })
  })

  it('refuses to store over another version than the one that was asked for', async (t) => {
    const draft = { name: 'nightly', spec: {}, next: 1_000 }
    assert.equal(await t.engine.putSchedule({ ...draft, ifVersion: 1 }), 'version-mismatch')
    assert.deepEqual(await t.engine.schedules(), [])
    await put(t, { ifVersion: 0 })
    for (const ifVersion of [0, 2])
      assert.equal(await t.engine.putSchedule({ ...draft, ifVersion }), 'version-mismatch')
    assert.equal((await put(t, { ifVersion: 1 })).version, 2)
    assert.equal((await byName(t, 'nightly'))?.version, 2)
  })

  it('lets one win of several who store over the same version at once', async (t) => {
    const draft = { name: 'nightly', spec: {}, next: 1_000, ifVersion: 0 }
    const answers = await Promise.all([1, 2, 3].map(() => t.engine.putSchedule(draft)))
    assert.equal(answers.filter((answer) => answer !== 'version-mismatch').length, 1)
  })

  it('lists them in the order of their names', async (t) => {
    for (const name of ['b', 'a-2', 'c', 'a']) await put(t, { name })
    assert.deepEqual(
      (await t.engine.schedules()).map(({ name }) => name),
      ['a', 'a-2', 'b', 'c'],
    )
  })

  it('removes one, and says whether it was there', async (t) => {
    await put(t, { name: 'a' })
    await put(t, { name: 'b' })
    assert.equal(await t.engine.removeSchedule('a'), true)
    assert.equal(await t.engine.removeSchedule('a'), false)
    assert.deepEqual(
      (await t.engine.schedules()).map(({ name }) => name),
      ['b'],
    )
  })

  it('begins anew with one that is stored after it was removed', async (t) => {
    await put(t, { next: 1_000 })
    await fired(t, { tick: 1_000, next: 2_000 })
    await t.engine.removeSchedule('nightly')
    const again = await put(t, { ifVersion: 0 })
    assert.deepEqual([again.version, again.fired, again.last, again.lastTask], [1, 0, undefined, undefined])
  })

  it('tells to look at all of them again when one was stored, fired or removed', async (t) => {
    const tells = async (what: string, act: () => Promise<unknown>): Promise<void> => {
      const before = t.host.rescheduledCalls
      await act()
      await t.told(what, () => t.host.rescheduledCalls > before)
    }
    await tells('of the first version', () => put(t, {}))
    await tells('of the next version', () => put(t, {}))
    await tells('of the tick', () => fired(t, { version: 2, tick: 1_000, next: 2_000 }))
    await tells('of the removal', () => t.engine.removeSchedule('nightly'))
  })
})
