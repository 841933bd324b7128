import assert from 'node:assert/strict'
import type { ClaimWish } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const caps = (most: number): Partial<ClaimWish> => ({ caps: new Map([['SWEEP', most]]) })

/** Something may be claimed again, and the manager was told to try. */
async function makesRoom(t: Bench, act: () => Promise<unknown>): Promise<void> {
  const before = t.host.readyCalls
  await act()
  await t.told('that there is something to claim', () => t.host.readyCalls > before)
}

export const limits = theme('limits of operations', (it) => {
  for (const how of ['a limit that is kept', 'a cap of the claim'] as const) {
    const limited = async (t: Bench, most: number): Promise<Partial<ClaimWish>> => {
      if (how === 'a cap of the claim') return caps(most)
      await t.engine.limit('SWEEP', most)
      return {}
    }

    it(`lets no more run at once than ${how} says, however many workers ask`, async (t) => {
      const wish = await limited(t, 2)
      await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd', operation: 'BACKUP' })
      assert.deepEqual(await t.claimIds({ ...wish, worker: 'w1', limit: 1 }), ['a'])
      assert.deepEqual(await t.claimIds({ ...wish, worker: 'w2' }), ['b', 'd'])
      assert.deepEqual(await t.claimIds({ ...wish, worker: 'w1' }), [])
    })

    it(`goes on below ${how} when a run ends, is retried or released, and tells so`, async (t) => {
      const wish = await limited(t, 1)
      await t.addMany(3)
      const leave = [
        (claim: { id: string; lease: string }) => t.end(claim),
        (claim: { id: string; lease: string }) => t.retry(claim, t.ticks(9)),
        (claim: { id: string; lease: string }) => t.release(claim),
      ]
      for (const leaves of leave) {
        const [claim, ...others] = await t.claim(wish)
        assert.deepEqual(others, [])
        assert.deepEqual(await t.claimIds(wish), [])
        await makesRoom(t, () => leaves(claim!))
      }
      assert.equal((await t.claim(wish)).length, 1)
    })

    it(`does not count a run that waits under ${how}, and lets it come back beyond`, async (t) => {
      const wish = await limited(t, 1)
      const first = await t.run({}, wish)
      const second = await t.add()
      assert.deepEqual(await t.claimIds(wish), [])
      await makesRoom(t, () => t.amend(first, { state: 'WAITING', waitingFor: 'resource' }))
      await t.claimOnly(second.id, wish)
      assert.equal((await t.amend(first, { state: 'ACTIVE' }))?.state, 'ACTIVE')
      await t.add()
      await t.end(first)
      assert.deepEqual(await t.claimIds(wish), [])
    })

    it(`counts a run that outlives its task under ${how} until it is gone`, async (t) => {
      const wish = await limited(t, 1)
      const abandoned = await t.run({}, wish)
      await t.add()
      await t.end(abandoned, 'CANCELED', { stillRunning: true })
      assert.deepEqual(await t.claimIds(wish), [])
      await makesRoom(t, () => t.gone(abandoned))
      const [superseded] = await t.claim(wish)
      await t.supersede(superseded!.id)
      const { id } = await t.add()
      assert.deepEqual(await t.claimIds(wish), [])
      await makesRoom(t, () => t.end(superseded!))
      await t.claimOnly(id, wish)
    })

    it(`counts a run no more under ${how} when its lease has run out`, async (t) => {
      const wish = await limited(t, 1)
      const claim = await t.run({}, { ...wish, lease: t.ticks(2) })
      const { id } = await t.add({ priority: 1 })
      assert.deepEqual(await t.claimIds(wish), [])
      await makesRoom(t, () => t.pass(3))
      assert.equal((await t.get(claim.id)).state, 'NEW')
      await t.claimOnly(id, wish)
    })
  }

  it('takes the room where that is less than the limit', async (t) => {
    await t.engine.limit('SWEEP', 3)
    await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' })
    assert.deepEqual(await t.claimIds({ room: new Map([['SWEEP', 1]]) }), ['a'])
  })

  it('lets a limit that is kept go before the cap of a claim, more or less', async (t) => {
    await t.addMany(5)
    await t.engine.limit('SWEEP', 2)
    assert.equal((await t.claim(caps(1))).length, 2)
    assert.equal((await t.claim(caps(4))).length, 0)
    await t.engine.limit('SWEEP', undefined)
    assert.equal((await t.claim(caps(4))).length, 2)
  })

  it('tells that there is something to claim when the limit is raised or lifted', async (t) => {
    await t.engine.limit('SWEEP', 1)
    await t.addMany(5)
    assert.equal((await t.claim()).length, 1)
    await makesRoom(t, () => t.engine.limit('SWEEP', 2))
    assert.equal((await t.claim()).length, 1)
    await makesRoom(t, () => t.engine.limit('SWEEP', undefined))
    assert.equal((await t.claim()).length, 3)
  })

  it('lets runs go on that are more than a limit which was lowered', async (t) => {
    await t.addMany(4)
    const claims = await t.claim({ limit: 3 })
    await t.engine.limit('SWEEP', 1)
    for (const claim of claims) assert.equal((await t.get(claim.id)).state, 'ACTIVE')
    await t.end(claims[0]!)
    await t.end(claims[1]!)
    assert.deepEqual(await t.claimIds(), [])
    await t.end(claims[2]!)
    assert.equal((await t.claim()).length, 1)
  })

  it('limits each operation by itself', async (t) => {
    await t.engine.limit('A', 1)
    await t.insert({ id: 'a1', operation: 'A', priority: 9 }, { id: 'a2', operation: 'A', priority: 9 })
    await t.insert({ id: 'b1', operation: 'B' }, { id: 'b2', operation: 'B' })
    assert.deepEqual(await t.claimIds(), ['a1', 'b1', 'b2'])
  })

  it('says of a task that is held up by a limit that it waits for a slot', async (t) => {
    await t.engine.limit('SWEEP', 1)
    await t.run()
    assert.equal((await t.add()).waitingFor, 'slot')
  })

  it('tells the limit of an operation, also of one without tasks, until it is lifted', async (t) => {
    await t.engine.limit('A', 7)
    await t.add({ operation: 'B' })
    const told = async (): Promise<string[]> =>
      (await t.engine.operations()).map((each) => `${each.name} ${each.concurrency}`).toSorted()
    assert.deepEqual(await told(), ['A 7', 'B undefined'])
    await t.engine.limit('A', 8)
    assert.ok((await told()).includes('A 8'))
    await t.engine.limit('A', undefined)
    assert.ok(!(await told()).includes('A 8'))
  })
})
