import assert from 'node:assert/strict'
import { COUNT_LIMIT } from '../../core/query.ts'
import { firstUnfrozen } from './freeze.ts'
import { theme } from './theme.ts'

export const inserting = theme('insert', (it) => {
  it('stores a task as drafted, NEW, at version 1 and with no attempt', async (t) => {
    const now = t.time.now()
    const task = await t.add({
      operation: 'UPLOAD_PURGE',
      args: { days: 30 },
      priority: 7,
      tags: ['nightly', 'disk'],
    })
    assert.equal(task.operation, 'UPLOAD_PURGE')
    assert.deepEqual(task.args, { days: 30 })
    assert.equal(task.priority, 7)
    assert.deepEqual(task.tags, ['nightly', 'disk'])
    assert.equal(task.state, 'NEW')
    assert.equal(task.version, 1)
    assert.equal(task.attempt, 0)
    assert.equal(task.cancelRequested, false)
    t.sameTime(task.createdAt, now, 'createdAt')
    assert.equal(task.modifiedAt, task.createdAt)
    for (const name of [
      'startedAt',
      'endedAt',
      'notBefore',
      'reason',
      'result',
      'error',
      'progress',
    ] as const) {
      assert.equal(task[name], undefined, name)
    }
    t.same(await t.get(task.id), task)
  })

  it('keeps who created the task, what it re-runs and which arguments are secret', async (t) => {
    const first = await t.add()
    const task = await t.add({
      createdBy: 'ann',
      rerunOf: first.id,
      secrets: ['/password'],
      args: { password: 'geheim' },
    })
    assert.equal(task.createdBy, 'ann')
    assert.equal(task.rerunOf, first.id)
    assert.deepEqual(task.secrets, ['/password'])
  })

  it('begins the messages with the creation, and by whom', async (t) => {
    const task = await t.add({ createdBy: 'ann' })
    assert.deepEqual(task.messages, [{ time: task.createdAt, text: 'created by ann' }])
  })

  it('answers each draft in order, and one that is refused spoils no other', async (t) => {
    const before = await t.add({ dedupKey: 'disk' })
    const results = await t.insert(
      { id: 'a' },
      { id: 'b', parentId: 'nobody' },
      { id: 'c', dedupKey: 'disk' },
      { id: 'd' },
    )
    assert.deepEqual(
      results.map((result) => result.kind),
      ['stored', 'refused', 'duplicate', 'stored'],
    )
    assert.deepEqual(await t.ids(), [before.id, 'a', 'd'])
  })

  it('answers an empty batch with nothing', async (t) => {
    assert.deepEqual(await t.insert(), [])
  })

  it('takes what is undefined in a draft for absent', async (t) => {
    const extras = { parentId: undefined, name: undefined, dedupKey: undefined, concurrencyKey: undefined }
    const { id } = await t.add({
      ...extras,
      held: undefined,
      delay: undefined,
      ttl: undefined,
      after: undefined,
    })
    await t.add({
      ...extras,
      idempotency: undefined,
      limits: undefined,
      secrets: undefined,
      maxItems: undefined,
    })
    assert.equal((await t.get(id)).waitingFor, 'slot')
    assert.equal((await t.claim()).length, 2)
  })

  it('recalls what a task was created from, for running it again, also when it has ended', async (t) => {
    const limits = { timeout: 5_000 }
    const wanted = { operation: 'A', args: { password: 'geheim' }, priority: 3, tags: ['x'], retain: 5_000 }
    const kept = { createdBy: 'ann', concurrencyKey: 'k', secrets: ['/password'], maxItems: 9, limits }
    const task = await t.ended({ ...wanted, ...kept, ttl: t.ticks(9) })
    const draft = await t.engine.recall(task.id)
    for (const [name, value] of Object.entries(wanted)) assert.deepEqual(draft?.[name as 'args'], value, name)
    for (const [name, value] of Object.entries(kept)) {
      assert.deepEqual(draft?.extras?.[name as keyof typeof kept], value, name)
    }
    for (const name of ['held', 'delay', 'ttl', 'after', 'idempotency'] as const) {
      assert.equal(draft?.extras?.[name], undefined, name)
    }
    assert.equal(await t.engine.recall('nobody'), undefined)
  })

  it('says that a repeated insert is a duplicate of the id, and stores nothing twice', async (t) => {
    const draft = t.draft({ args: { days: 1 } })
    await t.engine.insert([draft])
    const [again] = await t.engine.insert([draft])
    assert.ok(again?.kind === 'duplicate')
    assert.equal(again.of, 'id')
    assert.equal(again.task.id, draft.id)
    assert.equal(await t.engine.count({}), 1)
    assert.equal((await t.get(draft.id)).version, 1)
  })

  it('knows a repeated id within one batch', async (t) => {
    const results = await t.insert({ id: 'a' }, { id: 'a' })
    assert.deepEqual(
      results.map((result) => result.kind),
      ['stored', 'duplicate'],
    )
    assert.equal(await t.engine.count({}), 1)
  })

  it('answers a repeated insert with the task although it has moved on since', async (t) => {
    const draft = t.draft({ dedupKey: 'disk' })
    await t.engine.insert([draft])
    await t.end(await t.claimOnly(draft.id))
    const [again] = await t.engine.insert([draft])
    assert.ok(again?.kind === 'duplicate')
    assert.equal(again.of, 'id')
    assert.equal((await t.get(draft.id)).state, 'SUCCEEDED')
  })

  it('stores thousands of tasks in one batch', async (t) => {
    const results = await t.insert(...Array.from({ length: COUNT_LIMIT / 2 }, () => ({})))
    assert.ok(results.every((result) => result.kind === 'stored'))
    assert.equal(await t.engine.count({}), COUNT_LIMIT / 2)
  })

  it('says of a task that may run that it waits for a slot', async (t) => {
    assert.equal((await t.add()).waitingFor, 'slot')
  })

  it('holds a task until it is started', async (t) => {
    const task = await t.add({ held: true })
    assert.equal(task.waitingFor, 'start')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('says until when a delayed task has to wait', async (t) => {
    const task = await t.add({ delay: t.ticks(3) })
    assert.equal(task.waitingFor, 'time')
    t.sameTime(task.notBefore, task.createdAt + t.ticks(3), 'notBefore')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('hands out snapshots that nobody can change, arguments and result too', async (t) => {
    const claim = await t.run({ args: { deep: { list: [{ a: 1 }] } }, tags: ['a'], secrets: ['/x'] })
    await t.progress(claim, { done: 1, total: 2 })
    const active = await t.get(claim.id)
    const result = Object.freeze({ files: Object.freeze(['a']) })
    const ended = await t.settle(claim, {
      kind: 'end',
      state: 'SUCCEEDED',
      reason: Object.freeze({ code: 'returned', message: 'ok' }),
      result,
    })
    for (const task of [claim.task, active, ended, await t.get(claim.id)])
      assert.equal(firstUnfrozen(task), undefined)
  })

  it('never changes a snapshot that it handed out', async (t) => {
    const task = await t.add()
    const [listed] = (await t.page()).items
    const before = JSON.stringify([task, listed])
    const claim = await t.claimOnly(task.id)
    const active = JSON.stringify(claim.task)
    await t.progress(claim, { percent: 50 })
    await t.end(claim)
    assert.equal(JSON.stringify([task, listed]), before)
    assert.equal(JSON.stringify(claim.task), active)
  })

  it('keeps its messages to itself when somebody changes the list that was handed out', async (t) => {
    const claim = await t.run()
    await t.amend(claim, { state: 'WAITING', waitingFor: 'resource', message: 'waits for the disk' })
    const { messages } = await t.get(claim.id)
    const count = messages.length
    try {
      ;(messages as unknown[]).pop()
    } catch {
      // A frozen list is as good.
    }
    assert.equal((await t.get(claim.id)).messages.length, count)
  })
})
