import assert from 'node:assert/strict'
import { theme } from './theme.ts'
import { byName, fired, fireOf, given, put } from './ticks.ts'

const DURABLE = { durable: 'it forgets with its process' }

export const restartedRules = theme('rules after a restart', (it) => {
  it(
    'does what is due at its time, also what came due meanwhile',
    async (t) => {
      await t.ended({ id: 'purged', retain: t.ticks(2) })
      await t.add({ id: 'delayed', delay: t.ticks(3) })
      await t.add({ id: 'expired', held: true, ttl: t.ticks(3) })
      await t.add({ id: 'later', delay: t.ticks(9) })
      await t.engine.close()
      await t.time.until(t.time.now() + t.ticks(5))
      const next = await t.restarted()
      await next.pass(1)
      assert.equal(await next.isThere('purged'), false)
      assert.equal((await next.get('expired')).reason?.code, 'expired')
      await next.claimOnly('delayed')
      await next.pass(5)
      await next.claimOnly('later')
    },
    DURABLE,
  )

  it(
    'hands out what was ready in the same order, before what came later',
    async (t) => {
      const [first, second] = [await t.add(), await t.add()]
      const high = await t.add({ priority: 1 })
      const next = await t.restarted()
      const [third, top] = [await next.add(), await next.add({ priority: 2 })]
      assert.deepEqual(await next.ids(), [first.id, second.id, high.id, third.id, top.id])
      assert.deepEqual(await next.claimIds(), [top.id, high.id, first.id, second.id, third.id])
    },
    DURABLE,
  )

  it(
    'tells that there is something to claim',
    async (t) => {
      await t.add()
      const next = await t.restarted()
      if (next.host.readyCalls === 0) await next.pass(1)
      assert.equal((await next.claim()).length, 1)
    },
    DURABLE,
  )

  it(
    'keeps tasks with one key apart, and the turn of each',
    async (t) => {
      const key = { concurrencyKey: 'tape-1' }
      await t.insert({ id: 'a', ...key }, { id: 'b', ...key }, { id: 'c', priority: 1, ...key })
      await t.end((await t.claim())[0]!)
      const next = await t.restarted()
      const claim = await next.claimOnly('a')
      assert.deepEqual(await next.claimIds(), [])
      await next.end(claim)
      await next.claimOnly('b')
    },
    DURABLE,
  )

  it(
    'keeps what was set and told of operations: paused, limited, described',
    async (t) => {
      await t.engine.pause('A', true)
      await t.engine.limit('B', 1)
      await t.engine.describe([{ name: 'B', summary: 'Backs up' }])
      await t.insert({ id: 'a', operation: 'A' }, { id: 'b', operation: 'B' }, { id: 'c', operation: 'B' })
      const next = await t.restarted()
      assert.equal((await next.get('a')).waitingFor, 'worker')
      assert.deepEqual(await next.claimIds(), ['b'])
      const [a, b] = (await next.engine.operations()).toSorted((x, y) => (x.name < y.name ? -1 : 1))
      assert.deepEqual(
        [a?.paused, a?.concurrency, b?.paused, b?.concurrency, b?.described?.summary],
        [true, undefined, false, 1, 'Backs up'],
      )
    },
    DURABLE,
  )

  it(
    'keeps schedules, with what they count, and the task that each made last',
    async (t) => {
      await put(t, { spec: { cron: '0 3 * * *' }, next: 1_000 })
      const { schedule } = await fired(t, { tick: 1_000, next: 2_000 })
      await put(t, { name: 'paused', next: undefined })
      const next = await t.restarted()
      assert.deepEqual(given(await byName(next, 'nightly')), given(schedule))
      assert.equal((await byName(next, 'paused'))?.next, undefined)
      assert.deepEqual(await next.engine.fire(fireOf(next, { tick: 1_000 })), { kind: 'taken' })
      const order = fireOf(next, { tick: 2_000, next: 3_000, unlessUnfinished: true })
      assert.equal((await next.engine.fire(order)).kind, 'skipped')
    },
    DURABLE,
  )
})
