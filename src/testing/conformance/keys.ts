import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'
import { CLOSING, RETURNED } from './samples.ts'
import type { Claim } from '../../engine/contract.ts'
import { theme } from './theme.ts'

const KEY = { concurrencyKey: 'tape-1' }
const ENDED = { kind: 'end', state: 'SUCCEEDED', reason: RETURNED } as const

/** A run with the key, and the id of a task that waits for it. */
async function heldKey(t: Bench, lease?: number): Promise<{ holder: Claim; next: string }> {
  const holder = await t.run(KEY, { lease })
  const { id } = await t.add(KEY)
  assert.deepEqual(await t.claimIds(), [])
  return { holder, next: id }
}

/** The key is free: the waiting task can be claimed, and the manager was told to try. */
async function frees(t: Bench, next: string, act: () => Promise<unknown>): Promise<void> {
  const before = t.host.readyCalls
  await act()
  await t.told('that there is something to claim', () => t.host.readyCalls > before)
  await t.claimOnly(next, { room: new Map([['SWEEP', 9]]) })
}

export const keys = theme('concurrencyKey', (it) => {
  it('lets one task with a key run at a time, the others pass', async (t) => {
    await t.insert(
      { id: 'a', ...KEY },
      { id: 'b', ...KEY },
      { id: 'c' },
      { id: 'd', concurrencyKey: 'tape-2' },
    )
    assert.deepEqual(await t.claimIds(), ['a', 'c', 'd'])
  })

  it('says of a task that it waits for its key', async (t) => {
    const { next } = await heldKey(t)
    assert.equal((await t.get(next)).waitingFor, 'key')
  })

  it('says so as soon as another one has taken the key', async (t) => {
    await t.insert({ id: 'a', ...KEY }, { id: 'b', ...KEY }, { id: 'c', operation: 'BACKUP', ...KEY })
    assert.deepEqual(await t.claimIds({ limit: 1 }), ['a'])
    assert.equal((await t.get('b')).waitingFor, 'key')
    assert.equal((await t.get('c')).waitingFor, 'key')
  })

  it('passes a free key on when the one whose turn it is ends without a run', async (t) => {
    const { holder, next } = await heldKey(t)
    const { id: second } = await t.add(KEY)
    await t.addMany(2, { ...KEY, ttl: t.ticks(2) })
    await t.add({ id: 'last', ...KEY })
    await t.end(holder)
    await t.cancel(next)
    await t.supersede(second)
    await t.pass(3)
    assert.deepEqual(await t.claimIds(), ['last'])
  })

  it('gives a free key by the priorities as they are when it is taken', async (t) => {
    const { holder, next } = await heldKey(t)
    const [second, third] = await t.addMany(2, KEY)
    await t.end(holder)
    await t.update(next, { priority: -1 })
    await t.update(third!.id, { priority: 1 })
    const late = await t.add({ priority: 2, ...KEY })
    const order: string[] = []
    for (let claims = await t.claim(); claims.length > 0; claims = await t.claim()) {
      order.push(...claims.map((claim) => claim.id))
      await t.engine.settle(claims.map(({ id, lease }) => ({ id, lease, outcome: ENDED })))
    }
    assert.deepEqual(order, [late.id, third!.id, second!.id, next])
  })

  it('keeps a free key from nobody while the operation of the one whose turn it is has no room', async (t) => {
    await t.insert(
      { id: 'a', operation: 'FULL', ...KEY },
      { id: 'b', operation: 'PAUSED', ...KEY },
      { id: 'c', ...KEY },
    )
    await t.engine.pause('PAUSED', true)
    assert.deepEqual(
      await t.claimIds({
        room: new Map([
          ['FULL', 0],
          ['PAUSED', 1],
          ['SWEEP', 1],
        ]),
      }),
      ['c'],
    )
  })

  it('counts a key across operations', async (t) => {
    await t.insert({ id: 'a', operation: 'BACKUP', ...KEY }, { id: 'b', operation: 'RESTORE', ...KEY })
    assert.deepEqual(await t.claimIds(), ['a'])
  })

  it('gives the key to the highest priority first, then to the oldest', async (t) => {
    await t.insert({ id: 'a', ...KEY }, { id: 'b', ...KEY }, { id: 'c', priority: 1, ...KEY })
    const order: string[] = []
    for (let claims = await t.claim(); claims.length > 0; claims = await t.claim()) {
      assert.equal(claims.length, 1)
      order.push(claims[0]!.id)
      await t.end(claims[0]!)
    }
    assert.deepEqual(order, ['c', 'a', 'b'])
  })

  it('does not take a place of `limit` for a task whose key is taken', async (t) => {
    await t.insert({ id: 'a', ...KEY }, { id: 'b', ...KEY }, { id: 'c' })
    assert.deepEqual(await t.claimIds({ limit: 2 }), ['a', 'c'])
  })

  it('gives the key to another when the one who waits for it is canceled', async (t) => {
    const { holder, next } = await heldKey(t)
    const third = await t.add(KEY)
    await t.cancel(next)
    await frees(t, third.id, () => t.end(holder))
  })

  for (const state of ['SUCCEEDED', 'FAILED', 'CANCELED'] as const) {
    it(`frees the key at the end as ${state}`, async (t) => {
      const { holder, next } = await heldKey(t)
      await frees(t, next, () => t.end(holder, state))
    })
  }

  it('frees the key while the task waits for its retry', async (t) => {
    const { holder, next } = await heldKey(t)
    await frees(t, next, () => t.retry(holder, t.ticks(9)))
  })

  it('frees the key when a cancel turns the retry into an end', async (t) => {
    const { holder, next } = await heldKey(t)
    await t.cancel(holder.id)
    await frees(t, next, () => t.retry(holder))
  })

  it('frees the key when the task is released: it comes first again', async (t) => {
    const { holder, next } = await heldKey(t)
    await t.release(holder)
    await t.claimOnly(holder.id)
    assert.equal((await t.get(next)).waitingFor, 'key')
  })

  it('frees the key when the lease runs out', async (t) => {
    const { holder, next } = await heldKey(t, t.ticks(1))
    await t.update(holder.id, { priority: -1 })
    await t.pass(2)
    assert.deepEqual(await t.claimIds(), [next])
  })

  it('keeps the key while the run is WAITING', async (t) => {
    const { holder, next } = await heldKey(t)
    await t.amend(holder, { state: 'WAITING', waitingFor: 'resource' })
    assert.deepEqual(await t.claimIds(), [])
    await frees(t, next, () => t.end(holder))
  })

  it('keeps the key after an end that the run outlives, until the run is gone', async (t) => {
    const { holder, next } = await heldKey(t)
    await t.end(holder, 'CANCELED', { stillRunning: true })
    assert.equal((await t.get(holder.id)).state, 'CANCELED')
    assert.deepEqual(await t.claimIds(), [])
    assert.equal((await t.get(next)).waitingFor, 'key')
    await frees(t, next, () => t.gone(holder))
  })

  it('keeps the key of a superseded run until the run is gone', async (t) => {
    const { holder, next } = await heldKey(t)
    await t.supersede(holder.id)
    assert.deepEqual(await t.claimIds(), [])
    await frees(t, next, () => t.gone(holder))
  })

  it('keeps the key of a run that outlived its task although the task was removed', async (t) => {
    const { holder, next } = await heldKey(t)
    await t.end(holder, 'CANCELED', { stillRunning: true })
    await t.engine.remove([holder.id])
    assert.deepEqual(await t.claimIds(), [])
    await frees(t, next, () => t.gone(holder))
  })

  it('keeps the key of a task that is still held, whatever is said of its run', async (t) => {
    const { holder } = await heldKey(t)
    await t.gone(holder)
    assert.deepEqual(await t.claimIds(), [])
  })

  it('takes word of a run that is gone for nothing but what it held', async (t) => {
    const first = await t.run(KEY)
    await t.end(first, 'CANCELED', { stillRunning: true })
    await t.gone(first)
    const second = await t.run(KEY)
    const third = await t.add(KEY)
    await t.gone(first)
    assert.deepEqual(await t.claimIds(), [])
    assert.equal((await t.get(third.id)).waitingFor, 'key')
    assert.equal((await t.settle(second, { kind: 'release', reason: CLOSING }))?.state, 'NEW')
  })
})
