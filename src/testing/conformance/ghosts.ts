import assert from 'node:assert/strict'
import type { Claim } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const KEY = { concurrencyKey: 'tape-1' }

/** Two ways in which a run may outlive its task. */
const WAYS = {
  abandoned: (t: Bench, run: Claim) => t.end(run, 'CANCELED', { stillRunning: true }),
  superseded: (t: Bench, run: Claim) => t.supersede(run.id),
}

/** Runs that go on after the end of their tasks. */
export const ghosts = theme('runs that outlive their tasks', (it) => {
  for (const way of ['abandoned', 'superseded'] as const) {
    it(`answers lost to the renewal of a run that was ${way}, and prolongs what it keeps`, async (t) => {
      const run = await t.run(KEY, { lease: t.ticks(5) })
      await WAYS[way](t, run)
      const next = await t.add(KEY)
      for (let n = 0; n < 3; n++) {
        await t.pass(3)
        assert.deepEqual(await t.engine.renew([run], t.ticks(5)), ['lost'])
        assert.deepEqual(await t.claimIds(), [])
        assert.equal((await t.get(next.id)).waitingFor, 'key')
      }
      await t.gone(run)
      await t.claimOnly(next.id)
    })

    it(`frees what a run keeps that was ${way} when nobody renews it`, async (t) => {
      const limit = { caps: new Map([['SWEEP', 1]]) }
      const run = await t.run(KEY, { lease: t.ticks(3), ...limit })
      await WAYS[way](t, run)
      const next = await t.add(KEY)
      assert.deepEqual(await t.claimIds(limit), [])
      const before = t.host.readyCalls
      await t.pass(5)
      await t.told('that there is something to claim', () => t.host.readyCalls > before)
      await t.claimOnly(next.id, limit)
    })

    it(`does not bring back what a run kept that was ${way}, once its lease has run out`, async (t) => {
      const run = await t.run(KEY, { lease: t.ticks(2) })
      await WAYS[way](t, run)
      // Too late, although nobody has swept yet.
      await t.time.until(t.time.now() + t.ticks(3))
      assert.deepEqual(await t.engine.renew([run], t.ticks(20)), ['lost'])
      await t.pass(1)
      const next = await t.add(KEY)
      await t.claimOnly(next.id)
      await t.gone(run)
      assert.deepEqual(await t.claimIds(), [])
    })
  }

  it('renews nothing for a lease that belongs to another task, or to none', async (t) => {
    const run = await t.run(KEY, { lease: t.ticks(2) })
    await t.end(run, 'CANCELED', { stillRunning: true })
    const strangers = [
      { id: 'nobody', lease: run.lease },
      { id: run.id, lease: 'never given' },
    ]
    assert.deepEqual(await t.engine.renew(strangers, t.ticks(20)), ['lost', 'lost'])
    await t.pass(3)
    await t.claimOnly((await t.add(KEY)).id)
  })

  it('keeps a place and a key without end where the claim had no lease', async (t) => {
    const limit = { caps: new Map([['SWEEP', 1]]) }
    const run = await t.run(KEY, limit)
    await t.end(run, 'FAILED', { stillRunning: true })
    const next = await t.add()
    await t.pass(9)
    assert.deepEqual(await t.claimIds(limit), [])
    await t.gone(run)
    await t.claimOnly(next.id, limit)
  })

  it('keeps them also after the task itself has gone', async (t) => {
    const limit = { caps: new Map([['SWEEP', 1]]) }
    const run = await t.run({ retain: t.ticks(1), ...KEY }, { ...limit, lease: t.ticks(20) })
    await t.end(run, 'CANCELED', { stillRunning: true })
    await t.pass(2)
    assert.equal(await t.isThere(run.id), false)
    const next = await t.add(KEY)
    assert.deepEqual(await t.claimIds(limit), [])
    await t.gone(run)
    await t.claimOnly(next.id, limit)
  })

  it('takes it for gone when the run of a superseded task settles in whatever way', async (t) => {
    const limit = { caps: new Map([['SWEEP', 1]]) }
    for (const settles of [
      (run: Claim) => t.end(run),
      (run: Claim) => t.retry(run),
      (run: Claim) => t.release(run),
    ]) {
      const run = await t.run(KEY, limit)
      await t.supersede(run.id)
      const next = await t.add(KEY)
      assert.deepEqual(await t.claimIds(limit), [])
      assert.equal(await settles(run), undefined)
      await t.end(await t.claimOnly(next.id, limit))
    }
  })

  it('goes on keeping them when a superseded run says that it goes on', async (t) => {
    const run = await t.run(KEY)
    await t.supersede(run.id)
    assert.equal(await t.end(run, 'CANCELED', { stillRunning: true }), undefined)
    const next = await t.add(KEY)
    assert.deepEqual(await t.claimIds(), [])
    await t.gone(run)
    await t.claimOnly(next.id)
  })
})
