import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const NONE = { NEW: 0, ACTIVE: 0, WAITING: 0, SUCCEEDED: 0, FAILED: 0, CANCELED: 0, SKIPPED: 0 }

const counts = async (t: Bench, name: string): Promise<unknown> =>
  (await t.engine.operations()).find((each) => each.name === name)?.counts

export const operations = theme('operations', (it) => {
  it('lists no operation before there is a task or a pause', async (t) => {
    assert.deepEqual(await t.engine.operations(), [])
  })

  it('counts the tasks of each operation by state, as they change', async (t) => {
    const wanted = { operation: 'A', retain: t.ticks(1) }
    const [a, b] = [await t.run(wanted), await t.run(wanted)]
    await t.add(wanted)
    await t.add({ operation: 'B' })
    assert.deepEqual(await counts(t, 'A'), { ...NONE, NEW: 1, ACTIVE: 2 })
    assert.deepEqual(await counts(t, 'B'), { ...NONE, NEW: 1 })
    await t.amend(a, { state: 'WAITING', waitingFor: 'action' })
    await t.end(b, 'FAILED')
    assert.deepEqual(await counts(t, 'A'), { ...NONE, NEW: 1, WAITING: 1, FAILED: 1 })
    await t.retry(a)
    assert.deepEqual(await counts(t, 'A'), { ...NONE, NEW: 2, FAILED: 1 })
    await t.pass(2)
    assert.deepEqual(await counts(t, 'A'), { ...NONE, NEW: 2 })
  })

  it('claims nothing of a paused operation until it is resumed', async (t) => {
    await t.insert({ id: 'a', operation: 'A' }, { id: 'b', operation: 'B' })
    await t.engine.pause('A', true)
    assert.deepEqual(await t.claimIds(), ['b'])
    const before = t.host.readyCalls
    await t.engine.pause('A', false)
    await t.told('that there is something to claim', () => t.host.readyCalls > before)
    assert.deepEqual(await t.claimIds(), ['a'])
  })

  it('takes tasks of a paused operation, and says that they wait for a worker', async (t) => {
    await t.engine.pause('A', true)
    const { id, waitingFor } = await t.add({ operation: 'A' })
    assert.equal(waitingFor, 'worker')
    await t.engine.pause('A', false)
    assert.equal((await t.get(id)).waitingFor, 'slot')
  })

  it('says of tasks that were there before the pause that they wait for a worker', async (t) => {
    const [first, other] = [await t.add({ operation: 'A' }), await t.add({ operation: 'B' })]
    await t.engine.pause('A', true)
    assert.equal((await t.get(first.id)).waitingFor, 'worker')
    assert.equal((await t.get(other.id)).waitingFor, 'slot')
  })

  it('lets runs go on that were there before the pause', async (t) => {
    const claim = await t.run({ operation: 'A' })
    await t.engine.pause('A', true)
    assert.equal((await t.get(claim.id)).state, 'ACTIVE')
    assert.equal((await t.retry(claim))?.waitingFor, 'worker')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('tells which operations are paused, also those without tasks', async (t) => {
    await t.engine.pause('A', true)
    await t.add({ operation: 'B' })
    const list = (await t.engine.operations()).map(({ name, paused }) => `${name} ${paused}`).toSorted()
    assert.deepEqual(list, ['A true', 'B false'])
    assert.deepEqual(await counts(t, 'A'), NONE)
  })

  it('takes a pause or a resume twice for once', async (t) => {
    await t.add({ operation: 'A' })
    await t.engine.pause('A', true)
    await t.engine.pause('A', true)
    await t.engine.pause('A', false)
    await t.engine.pause('A', false)
    assert.equal((await t.claim()).length, 1)
  })

  it('keeps names apart that an object has by itself', async (t) => {
    await t.insert({ operation: '__proto__' }, { operation: 'constructor' })
    assert.deepEqual(await counts(t, '__proto__'), { ...NONE, NEW: 1 })
    assert.deepEqual(await counts(t, 'constructor'), { ...NONE, NEW: 1 })
  })
})
