import assert from 'node:assert/strict'
import type { EndState } from '../../core/states.ts'
import type { Claim, UpdateAnswer } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { FROM_OUTSIDE } from './samples.ts'
import { theme } from './theme.ts'

const code = (answer: UpdateAnswer): string => (answer.kind === 'refused' ? answer.code : answer.kind)
const END_STATES = ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const satisfies readonly EndState[]

async function waiting(t: Bench, waitingFor: 'action' | 'resource' | 'children' | 'time'): Promise<Claim> {
  const claim = await t.run()
  await t.amend(claim, { state: 'WAITING', waitingFor })
  return claim
}

export const updating = theme('update from outside', (it) => {
  it('starts a held task, and answers its true state', async (t) => {
    const held = await t.add({ held: true })
    const readyBefore = t.host.readyCalls
    const answer = await t.update(held.id, { activate: true, by: 'ann' })
    assert.ok(answer.kind === 'changed')
    assert.equal(answer.task.state, 'NEW')
    assert.equal(answer.task.waitingFor, 'slot')
    assert.ok(answer.task.version > held.version)
    await t.told('that there is something to claim', () => t.host.readyCalls > readyBefore)
    await t.claimOnly(held.id)
  })

  it('starts a held task whose time has not come: now it waits for that', async (t) => {
    const held = await t.add({ held: true, delay: t.ticks(3) })
    const answer = await t.update(held.id, { activate: true })
    assert.equal(answer.task?.waitingFor, 'time')
    await t.pass(3)
    await t.claimOnly(held.id)
  })

  it('resumes a run that waits for action: the run gets the order under its lease', async (t) => {
    const claim = await waiting(t, 'action')
    assert.equal(code(await t.update(claim.id, { activate: true, by: 'ann' })), 'changed')
    await t.told('the run to go on', () => t.host.orders.length > 0)
    const [{ id, lease, kind } = {}] = t.host.orders
    assert.deepEqual({ id, lease, kind }, { id: claim.id, lease: claim.lease, kind: 'resume' })
    const task = await t.amend(claim, { state: 'ACTIVE' })
    assert.equal(task?.state, 'ACTIVE')
    assert.equal(task.waitingFor, undefined)
  })

  it('refuses to activate what neither is held nor waits for action', async (t) => {
    const fresh = await t.add({ delay: t.ticks(9) })
    const active = await t.run()
    const resource = await waiting(t, 'resource')
    for (const { id } of [fresh, active, resource]) {
      const before = await t.get(id)
      assert.equal(code(await t.update(id, { activate: true })), 'wrong-state')
      t.same(await t.get(id), before)
    }
    assert.deepEqual(t.host.orders, [])
  })

  it('refuses to start a held task twice', async (t) => {
    const held = await t.add({ held: true })
    await t.update(held.id, { activate: true })
    assert.equal(code(await t.update(held.id, { activate: true })), 'wrong-state')
  })

  for (const state of END_STATES) {
    it(`ends a NEW task as ${state}, and it never runs`, async (t) => {
      const fresh = await t.add()
      const answer = await t.update(fresh.id, {
        end: { state, reason: FROM_OUTSIDE, result: { by: 'hand' } },
        by: 'ann',
      })
      assert.ok(answer.kind === 'changed')
      assert.equal(answer.task.state, state)
      assert.deepEqual(answer.task.reason, FROM_OUTSIDE)
      assert.deepEqual(answer.task.result, { by: 'hand' })
      t.sameTime(answer.task.endedAt, t.time.now(), 'endedAt')
      assert.match(answer.task.messages.at(-1)?.text ?? '', /done by hand by ann/)
      assert.deepEqual(await t.claimIds(), [])
      assert.deepEqual(t.host.orders, [])
    })

    it(`ends a run as ${state}: the run is told, and its later writes are refused`, async (t) => {
      const claim = await t.run()
      const answer = await t.supersede(claim.id, state)
      assert.equal(answer.task?.state, state)
      assert.deepEqual(answer.task.reason, FROM_OUTSIDE)
      await t.told('the run', () => t.host.orders.length > 0)
      const [{ id, lease, kind } = {}] = t.host.orders
      assert.deepEqual({ id, lease, kind }, { id: claim.id, lease: claim.lease, kind: 'superseded' })
      assert.equal(await t.progress(claim, { percent: 9 }), undefined)
      assert.equal(await t.end(claim), undefined)
      assert.equal(await t.retry(claim), undefined)
      t.same(await t.get(claim.id), answer.task)
    })
  }

  it('ends a run that is WAITING', async (t) => {
    const claim = await waiting(t, 'children')
    const answer = await t.supersede(claim.id, 'SUCCEEDED')
    assert.equal(answer.task?.state, 'SUCCEEDED')
    assert.equal(answer.task.waitingFor, undefined)
    await t.told('the run', () =>
      t.host.orders.some((order) => order.kind === 'superseded' && order.lease === claim.lease),
    )
  })

  it('ends tasks that are held, delayed or in their backoff', async (t) => {
    const retried = await t.run()
    await t.retry(retried, t.ticks(2))
    for (const { id } of [await t.add({ held: true }), await t.add({ delay: t.ticks(2) }), retried]) {
      assert.equal((await t.supersede(id)).task?.state, 'SKIPPED')
    }
    await t.pass(3)
    assert.deepEqual(await t.claimIds(), [])
  })

  it('refuses any change of an ended task', async (t) => {
    const task = await t.ended()
    for (const change of [
      { activate: true },
      { priority: 3 },
      { end: { state: 'FAILED', reason: FROM_OUTSIDE } },
    ] as const) {
      const answer = await t.update(task.id, change)
      assert.equal(code(answer), 'task-ended')
      t.same(answer.task, task)
    }
    t.same(await t.get(task.id), task)
  })

  it('refuses a change of a task that is not there', async (t) => {
    const answer = await t.update('nobody', { priority: 1 })
    assert.equal(code(answer), 'task-not-found')
    assert.equal(answer.task, undefined)
  })

  it('refuses a change meant for another version, and answers the task as it is', async (t) => {
    const task = await t.add()
    const answer = await t.update(task.id, { ifVersion: task.version + 1, priority: 5 })
    assert.equal(code(answer), 'version-mismatch')
    t.same(answer.task, task)
    t.same(await t.get(task.id), task)
  })

  it('takes a change meant for this version, once', async (t) => {
    const { id, version } = await t.add()
    assert.equal(code(await t.update(id, { ifVersion: version, priority: 5 })), 'changed')
    assert.equal(code(await t.update(id, { ifVersion: version, priority: 6 })), 'version-mismatch')
    assert.equal((await t.get(id)).priority, 5)
  })

  it('moves a waiting task up or down with its priority', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' })
    await t.update('c', { priority: 10 })
    await t.update('a', { priority: -10 })
    assert.deepEqual(await t.claimIds(), ['c', 'b', 'd', 'a'])
  })

  it('counts a change of priority in the version and modifiedAt', async (t) => {
    const task = await t.add()
    await t.pass(1)
    const answer = await t.update(task.id, { priority: 4 })
    assert.ok(answer.kind === 'changed' && answer.task.version > task.version)
    t.sameTime(answer.task.modifiedAt, t.time.now(), 'modifiedAt')
  })

  it('makes no new version of a change that changes nothing', async (t) => {
    const task = await t.add({ priority: 4 })
    const answer = await t.update(task.id, { priority: 4 })
    assert.equal(answer.kind, 'changed')
    t.same(await t.get(task.id), task)
    await t.time.settled()
    assert.equal(t.host.events.length, 1)
  })

  it('keeps the new priority for a later attempt when it changes during a run', async (t) => {
    const claim = await t.run({ priority: 0 })
    await t.update(claim.id, { priority: -1 })
    const other = await t.add()
    await t.retry(claim)
    assert.deepEqual(await t.claimIds(), [other.id, claim.id])
  })

  it('starts a task and changes its priority in one call', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b', held: true })
    assert.equal(code(await t.update('b', { activate: true, priority: 1 })), 'changed')
    assert.deepEqual(await t.claimIds(), ['b', 'a'])
  })

  it('changes nothing at all when a part of the change is refused', async (t) => {
    const task = await t.add()
    assert.equal(code(await t.update(task.id, { activate: true, priority: 9 })), 'wrong-state')
    t.same(await t.get(task.id), task)
  })
})
