import assert from 'node:assert/strict'
import { byName, fired, fireOf, given, put } from './ticks.ts'
import { theme } from './theme.ts'

export const firing = theme('fire', (it) => {
  it('makes the task, which says by which schedule, and moves on to the next tick', async (t) => {
    await put(t, { next: 1_000 })
    const { result, schedule, previous } = await fired(t, { tick: 1_000, next: 2_000 })
    assert.equal(result.task.schedule, 'nightly')
    assert.equal(previous, undefined)
    const { next, last, lastTask, fired: count, skipped, version } = schedule
    assert.deepEqual(
      { next, last, lastTask, count, skipped, version },
      { next: 2_000, last: 1_000, lastTask: result.task.id, count: 1, skipped: 0, version: 1 },
    )
    assert.deepEqual(given(await byName(t, 'nightly')), given(schedule))
    const claim = await t.claimOnly(result.task.id)
    assert.equal(claim.task.schedule, 'nightly')
    assert.equal((await t.end(claim))?.schedule, 'nightly')
  })

  it('tells of the task as of any other: created, and to be claimed', async (t) => {
    await put(t, {})
    const before = t.host.readyCalls
    const { result } = await fired(t, {})
    await t.told('the task', () => t.host.events.some(({ task }) => task.id === result.task.id))
    await t.told('that there is something to claim', () => t.host.readyCalls > before)
  })

  it('fires tick after tick', async (t) => {
    await put(t, { next: 1_000 })
    for (const tick of [1_000, 2_000, 3_000]) await fired(t, { tick, next: tick + 1_000 })
    const schedule = await byName(t, 'nightly')
    assert.deepEqual([schedule?.fired, schedule?.last, schedule?.next], [3, 3_000, 4_000])
    assert.equal(await t.engine.count({}), 3)
  })

  it('fires a tick once, also when several try at the same time', async (t) => {
    await put(t, { next: 1_000 })
    const orders = [1, 2, 3, 4].map(() => fireOf(t, { tick: 1_000, next: 2_000 }))
    const answers = await Promise.all(orders.map((order) => t.engine.fire(order)))
    const kinds = answers.map(({ kind }) => kind).toSorted()
    assert.deepEqual(kinds, ['fired', 'taken', 'taken', 'taken'])
    assert.equal((await byName(t, 'nightly'))?.fired, 1)
    assert.equal(await t.engine.count({}), 1)
  })

  it('fires nothing for another tick than the next one', async (t) => {
    await put(t, { next: 2_000 })
    for (const tick of [1_000, 3_000])
      assert.deepEqual(await t.engine.fire(fireOf(t, { tick, next: 4_000 })), { kind: 'taken' })
    assert.equal((await byName(t, 'nightly'))?.next, 2_000)
    assert.equal(await t.engine.count({}), 0)
  })

  it('fires nothing for another version, nor for a schedule that is gone or never was', async (t) => {
    await put(t, { next: 1_000 })
    await put(t, { next: 1_000 })
    const taken = async (order: Parameters<typeof fireOf>[1]): Promise<void> =>
      assert.deepEqual(await t.engine.fire(fireOf(t, { tick: 1_000, ...order })), { kind: 'taken' })
    await taken({ version: 1 })
    await taken({ version: 3 })
    await t.engine.removeSchedule('nightly')
    await taken({ version: 2 })
    await taken({ name: 'nobody' })
    assert.equal(await t.engine.count({}), 0)
  })

  it('passes a tick without a draft: nothing is made, and nothing counted', async (t) => {
    await put(t, { next: 1_000 })
    await fired(t, { tick: 1_000, next: 2_000 })
    const moved = { ...given(await byName(t, 'nightly')), next: 3_000 }
    const answer = await t.engine.fire({ name: 'nightly', version: 1, tick: 2_000, next: 3_000 })
    assert.ok(answer.kind === 'passed', answer.kind)
    assert.deepEqual(given(answer.schedule), moved)
    assert.deepEqual(given(await byName(t, 'nightly')), moved)
    assert.equal(await t.engine.count({}), 1)
  })

  for (const state of ['NEW', 'ACTIVE', 'WAITING'] as const) {
    it(`skips a tick while the task before is ${state}, where that is wanted, and counts it`, async (t) => {
      await put(t, { next: 1_000 })
      const { result } = await fired(t, { tick: 1_000, next: 2_000 })
      if (state !== 'NEW') {
        const claim = await t.claimOnly(result.task.id)
        if (state === 'WAITING') await t.amend(claim, { state, waitingFor: 'resource' })
      }
      const moved = { ...given(await byName(t, 'nightly')), next: 3_000, skipped: 1 }
      const order = fireOf(t, { tick: 2_000, next: 3_000, unlessUnfinished: true })
      const answer = await t.engine.fire(order)
      assert.ok(answer.kind === 'skipped', answer.kind)
      assert.deepEqual(given(answer.schedule), moved)
      assert.deepEqual(given(await byName(t, 'nightly')), moved)
      assert.equal(await t.engine.count({}), 1)
    })
  }

  it('skips nothing once the task before has ended, or is not kept any more', async (t) => {
    await put(t, { next: 1_000 })
    const first = await fired(t, { tick: 1_000, next: 2_000 })
    await t.end(await t.claimOnly(first.result.task.id))
    const second = await fired(t, { tick: 2_000, next: 3_000, unlessUnfinished: true })
    assert.equal(second.previous, undefined)
    await t.cancel(second.result.task.id)
    await t.engine.remove([second.result.task.id])
    const third = await fired(t, { tick: 3_000, next: 4_000, unlessUnfinished: true })
    assert.equal(third.schedule.fired, 3)
  })

  it('looks at the task that it made last, also when ticks were skipped since', async (t) => {
    await put(t, { next: 1_000 })
    await fired(t, { tick: 1_000, next: 2_000 })
    for (const tick of [2_000, 3_000]) {
      const order = fireOf(t, { tick, next: tick + 1_000, unlessUnfinished: true })
      assert.equal((await t.engine.fire(order)).kind, 'skipped')
    }
    assert.equal((await byName(t, 'nightly'))?.skipped, 2)
  })

  it('answers which task before is unfinished, where it does not mind', async (t) => {
    await put(t, { next: 1_000 })
    const first = await fired(t, { tick: 1_000, next: 2_000 })
    const second = await fired(t, { tick: 2_000, next: 3_000 })
    assert.equal(second.previous, first.result.task.id)
    assert.equal(second.schedule.lastTask, second.result.task.id)
  })

  it('moves on, and counts nothing, when the task was refused', async (t) => {
    await put(t, { next: 1_000 })
    await t.add()
    const answer = await t.engine.fire(fireOf(t, { tick: 1_000, next: 2_000 }), { maxQueued: 1 })
    assert.ok(answer.kind === 'fired' && answer.result.kind === 'refused')
    assert.equal(answer.result.code, 'queue-full')
    const { next, last, lastTask, fired: count } = answer.schedule
    assert.deepEqual([next, last, lastTask, count], [2_000, undefined, undefined, 0])
    assert.equal(await t.engine.count({}), 1)
  })

  it('fires for the last time when there is no next tick', async (t) => {
    await put(t, { next: 1_000 })
    const { schedule } = await fired(t, { tick: 1_000, next: undefined })
    assert.equal(schedule.next, undefined)
    assert.deepEqual(await t.engine.fire(fireOf(t, { tick: 1_000 })), { kind: 'taken' })
  })

  it('does not hand the schedule down to a task that is made from one of its tasks', async (t) => {
    await put(t, {})
    const { result } = await fired(t, {})
    assert.equal((await t.engine.recall(result.task.id))?.extras?.schedule, undefined)
  })
})
