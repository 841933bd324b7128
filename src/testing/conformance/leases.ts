import assert from 'node:assert/strict'
import { theme } from './theme.ts'

export const leases = theme('leases', (it) => {
  it(
    'holds a claim without a lease time until it is settled',
    async (t) => {
      const claim = await t.run()
      await t.pass(100)
      assert.deepEqual(await t.engine.renew([claim], t.ticks(1)), ['held'])
      assert.equal((await t.end(claim))?.state, 'SUCCEEDED')
    },
    { fakeClock: 'it lets much time pass' },
  )

  it('takes a task back whose lease ran out: NEW, the attempt counted, as interrupted', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(2) })
    await t.pass(1)
    assert.equal((await t.get(claim.id)).state, 'ACTIVE')
    await t.pass(1)
    const task = await t.get(claim.id)
    assert.equal(task.state, 'NEW')
    assert.equal(task.reason?.code, 'interrupted')
    assert.equal(task.waitingFor, 'slot')
    assert.equal((await t.claimOnly(claim.id)).task.attempt, 2)
  })

  it('takes back a task that was WAITING when its lease ran out', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(2) })
    await t.amend(claim, { state: 'WAITING', waitingFor: 'resource' })
    await t.pass(3)
    const task = await t.get(claim.id)
    assert.equal(task.state, 'NEW')
    assert.equal(task.waitingFor, 'slot')
  })

  it('tells the run that its lease was lost, and that there is something to claim', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(1) })
    const before = t.host.readyCalls
    await t.pass(2)
    await t.told('the run', () => t.host.orders.length > 0)
    const [{ id, lease, kind } = {}] = t.host.orders
    assert.deepEqual({ id, lease, kind }, { id: claim.id, lease: claim.lease, kind: 'lost' })
    assert.ok(t.host.readyCalls > before, 'ready() was not called')
  })

  it('refuses what a run says after its lease ran out, before and after the next claim', async (t) => {
    const first = await t.run({}, { lease: t.ticks(1) })
    await t.pass(2)
    const refused = async () => {
      const before = await t.get(first.id)
      assert.equal(await t.progress(first, { percent: 99 }), undefined)
      assert.equal(await t.end(first), undefined)
      assert.equal(await t.retry(first), undefined)
      assert.equal(await t.release(first), undefined)
      t.same(await t.get(first.id), before)
    }
    await refused()
    const second = await t.claimOnly(first.id)
    await refused()
    assert.equal((await t.end(second))?.state, 'SUCCEEDED')
  })

  it('prolongs a lease by renewal, from now on', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(3) })
    for (let i = 0; i < 3; i++) {
      await t.pass(2)
      assert.deepEqual(await t.engine.renew([claim], t.ticks(3)), ['held'])
    }
    assert.equal((await t.get(claim.id)).state, 'ACTIVE')
    await t.pass(4)
    assert.equal((await t.get(claim.id)).state, 'NEW')
  })

  it('does not count a renewal as a change of the task', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(3) })
    await t.engine.renew([claim], t.ticks(3))
    assert.equal((await t.get(claim.id)).version, claim.task.version)
  })

  it('answers each renewal in order: held, to cancel, lost', async (t) => {
    const wish = { lease: t.ticks(9) }
    const [held, canceled, ended, superseded] = [
      await t.run({}, wish),
      await t.run({}, wish),
      await t.run({}, wish),
      await t.run({}, wish),
    ]
    await t.cancel(canceled.id)
    await t.end(ended)
    await t.supersede(superseded.id)
    const strangers = [
      { id: held.id, lease: 'never given' },
      { id: 'nobody', lease: held.lease },
    ]
    const answers = await t.engine.renew([held, canceled, ended, superseded, ...strangers], t.ticks(9))
    assert.deepEqual(answers, ['held', 'cancel', 'lost', 'lost', 'lost', 'lost'])
  })

  it('renews the lease of a run that was asked to stop, so that it can clean up', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(2) })
    await t.cancel(claim.id)
    for (let i = 0; i < 3; i++) {
      await t.pass(1)
      assert.deepEqual(await t.engine.renew([claim], t.ticks(2)), ['cancel'])
    }
    assert.equal((await t.get(claim.id)).state, 'ACTIVE')
  })

  it('answers lost to the renewal of a lease that ran out', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(1) })
    await t.pass(2)
    assert.deepEqual(await t.engine.renew([claim], t.ticks(1)), ['lost'])
    assert.equal((await t.get(claim.id)).state, 'NEW')
  })

  it('cancels a task whose lease ran out while its cancel was requested', async (t) => {
    const claim = await t.run({}, { lease: t.ticks(1) })
    await t.cancel(claim.id)
    await t.pass(2)
    const task = await t.get(claim.id)
    assert.equal(task.state, 'CANCELED')
    assert.equal(task.reason?.code, 'canceled')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('lets leases of other tasks live when one runs out', async (t) => {
    const short = await t.run({}, { lease: t.ticks(1) })
    const long = await t.run({}, { lease: t.ticks(9) })
    await t.pass(2)
    assert.equal((await t.get(short.id)).state, 'NEW')
    assert.equal((await t.get(long.id)).state, 'ACTIVE')
  })
})
