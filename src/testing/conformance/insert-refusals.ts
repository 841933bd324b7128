import assert from 'node:assert/strict'
import type { InsertResult } from '../../engine/contract.ts'
import { theme } from './theme.ts'

const refused = (result: InsertResult | undefined): string | undefined =>
  result?.kind === 'refused' ? result.code : result?.kind
const duplicateOf = (result: InsertResult | undefined): unknown =>
  result?.kind === 'duplicate' ? [result.of, result.task.id] : result?.kind

export const refusing = theme('duplicates and refusals', (it) => {
  it('allows one unfinished task per operation and dedupKey', async (t) => {
    const first = await t.add({ dedupKey: 'disk' })
    const [again, elsewhere, other] = await t.insert(
      { dedupKey: 'disk' },
      { operation: 'BACKUP', dedupKey: 'disk' },
      { dedupKey: 'tape' },
    )
    assert.deepEqual(duplicateOf(again), ['dedup', first.id])
    assert.equal(elsewhere?.kind, 'stored')
    assert.equal(other?.kind, 'stored')
  })

  it('sees a dedupKey that an earlier draft of the same batch took', async (t) => {
    const [first, again] = await t.insert({ id: 'a', dedupKey: 'disk' }, { id: 'b', dedupKey: 'disk' })
    assert.equal(first?.kind, 'stored')
    assert.deepEqual(duplicateOf(again), ['dedup', 'a'])
  })

  it('keeps a dedupKey taken while the task runs and while it waits for its retry', async (t) => {
    const claim = await t.run({ dedupKey: 'disk' })
    assert.deepEqual(duplicateOf((await t.insert({ dedupKey: 'disk' }))[0]), ['dedup', claim.id])
    await t.retry(claim, t.ticks(5))
    assert.deepEqual(duplicateOf((await t.insert({ dedupKey: 'disk' }))[0]), ['dedup', claim.id])
  })

  it('frees a dedupKey when the task ends, in whatever way', async (t) => {
    await t.ended({ dedupKey: 'disk' })
    await t.ended({ dedupKey: 'disk' }, 'FAILED')
    await t.cancel((await t.add({ dedupKey: 'disk' })).id)
    await t.supersede((await t.add({ dedupKey: 'disk' })).id)
    await t.add({ dedupKey: 'disk', ttl: t.ticks(1) })
    await t.pass(2)
    await t.add({ dedupKey: 'disk' })
  })

  const idempotency = (hash = 'h1', keep = 3_600_000) => ({
    idempotency: { key: 'ann/SWEEP/k1', hash, keep },
  })

  it('answers a repeated idempotency key with the first task', async (t) => {
    const first = await t.add(idempotency())
    assert.deepEqual(duplicateOf((await t.insert(idempotency()))[0]), ['idempotency', first.id])
    assert.equal(await t.engine.count({}), 1)
  })

  it('sees an idempotency key that an earlier draft of the same batch used', async (t) => {
    const [, again] = await t.insert({ id: 'a', ...idempotency() }, { id: 'b', ...idempotency() })
    assert.deepEqual(duplicateOf(again), ['idempotency', 'a'])
  })

  it('refuses an idempotency key that was used with other content', async (t) => {
    await t.add(idempotency('h1'))
    assert.equal(refused((await t.insert(idempotency('h2')))[0]), 'idempotency-mismatch')
  })

  it('remembers an idempotency key after the task has ended, and even when it was purged', async (t) => {
    const first = await t.ended({ ...idempotency('h1', t.ticks(10)), retain: t.ticks(1) })
    assert.deepEqual(duplicateOf((await t.insert(idempotency('h1')))[0]), ['idempotency', first.id])
    await t.pass(3)
    assert.equal(await t.isThere(first.id), false)
    assert.deepEqual(duplicateOf((await t.insert(idempotency('h1')))[0]), ['idempotency', first.id])
    assert.equal(refused((await t.insert(idempotency('h2')))[0]), 'idempotency-mismatch')
  })

  it('forgets an idempotency key after its time', async (t) => {
    await t.add(idempotency('h1', t.ticks(2)))
    await t.pass(3)
    assert.equal(refused((await t.insert(idempotency('h2')))[0]), 'stored')
  })

  it('knows the newest task under an idempotency key, also when one of before its time is purged later', async (t) => {
    await t.ended({ ...idempotency('h1', t.ticks(2)), retain: t.ticks(6) })
    await t.pass(3)
    const second = await t.ended({ ...idempotency('h1'), retain: 0 })
    await t.pass(6)
    assert.deepEqual(await t.ids(), [])
    assert.deepEqual(duplicateOf((await t.insert(idempotency('h1')))[0]), ['idempotency', second.id])
  })

  it('does not use up the idempotency key of a draft that it refuses', async (t) => {
    assert.equal(
      refused((await t.insert({ ...idempotency('h1'), parentId: 'nobody' }))[0]),
      'unknown-reference',
    )
    await t.add(idempotency('h2'))
  })

  it('does not take the dedupKey of a draft that it refuses', async (t) => {
    assert.equal(refused((await t.insert({ dedupKey: 'disk', parentId: 'nobody' }))[0]), 'unknown-reference')
    await t.add({ dedupKey: 'disk' })
  })

  it('refuses a parent that does not exist', async (t) => {
    assert.equal(refused((await t.insert({ parentId: 'nobody' }))[0]), 'unknown-reference')
  })

  it('refuses a dependency that does not exist', async (t) => {
    const there = await t.add()
    const after = [
      { id: there.id, on: 'success' as const },
      { id: 'nobody', on: 'end' as const },
    ]
    assert.equal(refused((await t.insert({ after }))[0]), 'unknown-reference')
    assert.equal(await t.engine.count({}), 1)
  })

  it('lets a draft refer to an earlier one of the same batch', async (t) => {
    const results = await t.insert(
      { id: 'a' },
      { id: 'b', parentId: 'a' },
      { id: 'c', after: [{ id: 'a', on: 'success' }] },
    )
    assert.deepEqual(
      results.map((result) => result.kind),
      ['stored', 'stored', 'stored'],
    )
  })

  it('refuses what would make more NEW tasks than maxQueued, and stores the others of the batch', async (t) => {
    const drafts = [t.draft(), t.draft(), t.draft()]
    const results = await t.engine.insert(drafts, { maxQueued: 2 })
    assert.deepEqual(results.map(refused), ['stored', 'stored', 'queue-full'])
    assert.equal(await t.engine.count({}), 2)
  })

  it('counts NEW tasks only against maxQueued: those that run or have ended take no place', async (t) => {
    await t.ended()
    await t.run()
    const insert = async () => refused((await t.engine.insert([t.draft()], { maxQueued: 1 }))[0])
    assert.equal(await insert(), 'stored')
    assert.equal(await insert(), 'queue-full')
    assert.equal((await t.claim()).length, 1)
    assert.equal(await insert(), 'stored')
  })

  it('counts delayed, held and retried tasks against maxQueued too', async (t) => {
    await t.retry(await t.run(), t.ticks(9))
    await t.insert({ delay: t.ticks(9) }, { held: true })
    assert.equal(refused((await t.engine.insert([t.draft()], { maxQueued: 3 }))[0]), 'queue-full')
  })

  it('answers a repeated insert and a duplicate as such, even when the queue is full by now', async (t) => {
    const draft = t.draft({ dedupKey: 'disk' })
    await t.engine.insert([draft], { maxQueued: 1 })
    const [again, duplicate] = await t.engine.insert([draft, t.draft({ dedupKey: 'disk' })], { maxQueued: 1 })
    assert.deepEqual(duplicateOf(again), ['id', draft.id])
    assert.deepEqual(duplicateOf(duplicate), ['dedup', draft.id])
  })
})
