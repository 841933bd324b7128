import assert from 'node:assert/strict'
import type { ClaimWish } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

/** Claims the task so often, and lets each lease run out. */
async function interrupted(t: Bench, id: string, times: number, most: number | undefined): Promise<void> {
  for (let n = 0; n < times; n++) {
    await t.claimOnly(id, wishOf(t, most))
    await t.pass(3)
  }
}

function wishOf(t: Bench, most: number | undefined): Partial<ClaimWish> {
  return {
    lease: t.ticks(2),
    ...(most === undefined ? {} : { interrupts: new Map([['SWEEP', most]]) }),
  }
}

export const interrupts = theme('interrupts', (it) => {
  for (const most of [0, 2]) {
    it(`fails a task that was interrupted once more than the ${most} times that its claim allows`, async (t) => {
      const { id } = await t.add()
      await interrupted(t, id, most, most)
      assert.equal((await t.get(id)).state, 'NEW')
      const claim = await t.claimOnly(id, wishOf(t, most))
      await t.pass(3)
      const task = await t.get(id)
      assert.equal(task.state, 'FAILED')
      assert.equal(task.reason?.code, 'interrupted')
      assert.equal(task.attempt, most + 1)
      assert.notEqual(task.endedAt, undefined)
      assert.deepEqual(await t.claimIds(), [])
      assert.equal(await t.end(claim), undefined)
      await t.told('the run', () =>
        t.host.orders.some(({ lease, kind }) => lease === claim.lease && kind === 'lost'),
      )
    })
  }

  it('tries again without end what its claim sets no number for', async (t) => {
    const { id } = await t.add()
    await interrupted(t, id, 4, undefined)
    await t.add({ operation: 'BACKUP' })
    const wish = { lease: t.ticks(2), interrupts: new Map([['BACKUP', 0]]) }
    assert.equal((await t.claim(wish)).length, 2)
    await t.pass(3)
    assert.equal((await t.get(id)).state, 'NEW')
  })

  it('goes by the number of the last claim, and counts the interruptions of all', async (t) => {
    const { id } = await t.add()
    await interrupted(t, id, 2, 9)
    await t.claimOnly(id, wishOf(t, 2))
    await t.pass(3)
    assert.equal((await t.get(id)).state, 'FAILED')
  })

  it('counts no retry, release or renewal as an interruption', async (t) => {
    const { id } = await t.add()
    await t.retry(await t.claimOnly(id, wishOf(t, 1)))
    await t.release(await t.claimOnly(id, wishOf(t, 1)))
    await t.engine.renew([await t.claimOnly(id, wishOf(t, 1))], t.ticks(2))
    await t.pass(3)
    assert.equal((await t.get(id)).state, 'NEW')
  })

  it('ends with an interrupted task what cannot start without it, and frees its key', async (t) => {
    const key = { concurrencyKey: 'tape-1' }
    const { id } = await t.add(key)
    const dependent = await t.add({ after: [{ id, on: 'success' }] })
    const next = await t.add(key)
    await t.claimOnly(id, wishOf(t, 0))
    await t.pass(3)
    assert.equal((await t.get(dependent.id)).state, 'CANCELED')
    await t.claimOnly(next.id)
  })

  it('cancels rather than fails one whose cancel was requested', async (t) => {
    const claim = await t.run({}, wishOf(t, 0))
    await t.cancel(claim.id)
    await t.pass(3)
    assert.equal((await t.get(claim.id)).state, 'CANCELED')
  })
})
