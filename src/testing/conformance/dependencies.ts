import assert from 'node:assert/strict'
import type { EndState } from '../../core/states.ts'
import { theme } from './theme.ts'

const onSuccess = (...ids: readonly string[]) => ids.map((id) => ({ id, on: 'success' as const }))
const onEnd = (...ids: readonly string[]) => ids.map((id) => ({ id, on: 'end' as const }))

export const dependencies = theme('dependencies', (it) => {
  it('holds a task back until the other has succeeded, and says why', async (t) => {
    const first = await t.run()
    const { id, waitingFor } = await t.add({ after: onSuccess(first.id) })
    assert.equal(waitingFor, 'dependency')
    assert.deepEqual(await t.claimIds(), [])
    const before = t.host.readyCalls
    await t.end(first)
    await t.told('that there is something to claim', () => t.host.readyCalls > before)
    assert.equal((await t.get(id)).waitingFor, 'slot')
    await t.claimOnly(id)
  })

  for (const state of ['SUCCEEDED', 'SKIPPED'] as const satisfies readonly EndState[]) {
    it(`starts the dependent of a task that ended as ${state}`, async (t) => {
      const first = await t.run()
      const { id } = await t.add({ after: onSuccess(first.id) })
      await t.end(first, state)
      await t.claimOnly(id)
    })
  }

  for (const state of ['FAILED', 'CANCELED'] as const satisfies readonly EndState[]) {
    it(`cancels the dependent of a task that ended as ${state}`, async (t) => {
      const first = await t.run()
      const { id } = await t.add({ after: onSuccess(first.id) })
      await t.end(first, state)
      const task = await t.get(id)
      assert.equal(task.state, 'CANCELED')
      assert.equal(task.reason?.code, 'dependency')
      assert.ok(task.reason.message.length > 0)
      t.sameTime(task.endedAt, t.time.now(), 'endedAt')
      assert.deepEqual(await t.claimIds(), [])
    })

    it(`starts a task that waits for any end when the other ended as ${state}`, async (t) => {
      const first = await t.run()
      const { id } = await t.add({ after: onEnd(first.id) })
      await t.end(first, state)
      await t.claimOnly(id)
    })
  }

  it('does not take a retry for an end', async (t) => {
    const first = await t.run()
    const { id } = await t.add({ after: onEnd(first.id) })
    await t.retry(first, t.ticks(5))
    assert.equal((await t.get(id)).waitingFor, 'dependency')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('waits for all of several tasks', async (t) => {
    const [a, b, c] = [await t.run(), await t.run(), await t.run()]
    const { id } = await t.add({ after: [...onSuccess(a.id, b.id), ...onEnd(c.id)] })
    await t.end(c, 'FAILED')
    await t.end(a)
    assert.deepEqual(await t.claimIds(), [])
    await t.end(b)
    await t.claimOnly(id)
  })

  it('cancels a dependent at the first failure, without waiting for the others', async (t) => {
    const [a, b] = [await t.run(), await t.run()]
    const { id } = await t.add({ after: onSuccess(a.id, b.id) })
    await t.end(a, 'FAILED')
    assert.equal((await t.get(id)).reason?.code, 'dependency')
    const before = await t.get(id)
    await t.end(b)
    t.same(await t.get(id), before)
  })

  it('starts at once after tasks that have ended already', async (t) => {
    const [good, bad] = [await t.ended(), await t.ended({}, 'FAILED')]
    const task = await t.add({ after: [...onSuccess(good.id), ...onEnd(bad.id)] })
    assert.equal(task.waitingFor, 'slot')
    await t.claimOnly(task.id)
  })

  it('cancels what would have to wait for a task that has failed already', async (t) => {
    const bad = await t.ended({}, 'FAILED')
    const { id } = await t.add({ after: onSuccess(bad.id) })
    const task = await t.get(id)
    assert.equal(task.state, 'CANCELED')
    assert.equal(task.reason?.code, 'dependency')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('carries a failure along a chain', async (t) => {
    const first = await t.run()
    const second = await t.add({ after: onSuccess(first.id) })
    const third = await t.add({ after: onSuccess(second.id) })
    const cleanUp = await t.add({ after: onEnd(third.id) })
    await t.end(first, 'FAILED')
    assert.equal((await t.get(second.id)).reason?.code, 'dependency')
    assert.equal((await t.get(third.id)).reason?.code, 'dependency')
    await t.claimOnly(cleanUp.id)
  })

  it('carries a failure along a chain of thousands', async (t) => {
    const { id: firstId } = await t.add()
    const ids = [firstId, ...Array.from({ length: 5_000 }, () => t.newId())]
    await t.engine.insert(ids.slice(1).map((id, i) => t.draft({ id, after: onSuccess(ids[i]!) })))
    await t.end(await t.claimOnly(firstId), 'FAILED')
    assert.equal(await t.engine.count({ state: ['CANCELED'] }), 5_000)
  })

  it('sees every way in which the other task can end', async (t) => {
    const [canceled, skipped, expired] = [await t.add(), await t.add(), await t.add({ ttl: t.ticks(1) })]
    const [a, b, c] = [
      await t.add({ after: onSuccess(canceled.id) }),
      await t.add({ after: onSuccess(skipped.id) }),
      await t.add({ after: onSuccess(expired.id) }),
    ]
    await t.cancel(canceled.id)
    await t.supersede(skipped.id, 'SKIPPED')
    await t.pass(2)
    assert.equal((await t.get(a.id)).reason?.code, 'dependency')
    assert.equal((await t.get(c.id)).reason?.code, 'dependency')
    await t.claimOnly(b.id)
  })

  it('waits for its time too, whichever comes first', async (t) => {
    const first = await t.run()
    const early = await t.add({ after: onSuccess(first.id), delay: t.ticks(1) })
    const late = await t.add({ after: onSuccess(first.id), delay: t.ticks(4) })
    await t.pass(2)
    assert.equal((await t.get(early.id)).waitingFor, 'dependency')
    await t.end(first)
    assert.equal((await t.get(late.id)).waitingFor, 'time')
    await t.claimOnly(early.id)
    await t.pass(2)
    await t.claimOnly(late.id)
  })

  it('waits to be started too', async (t) => {
    const first = await t.run()
    const held = await t.add({ after: onSuccess(first.id), held: true })
    assert.equal(held.waitingFor, 'start')
    const started = await t.update(held.id, { activate: true })
    assert.equal(started.task?.waitingFor, 'dependency')
    await t.end(first)
    await t.claimOnly(held.id)
  })

  it('has no effect on a dependent that ended before', async (t) => {
    const first = await t.run()
    const { id } = await t.add({ after: onSuccess(first.id) })
    await t.cancel(id)
    const before = await t.get(id)
    await t.end(first)
    t.same(await t.get(id), before)
    assert.deepEqual(await t.claimIds(), [])
  })
})
