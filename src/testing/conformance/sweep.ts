import assert from 'node:assert/strict'
import { theme } from './theme.ts'

const DAY = 24 * 60
const LONG = { fakeClock: 'it takes days' }

export const sweeping = theme('sweep', (it) => {
  it('answers undefined while nothing is due, ever', async (t) => {
    await t.run()
    await t.add()
    await t.add({ held: true })
    assert.equal(await t.sweep(), undefined)
  })

  it('answers in how long something is due, and not later', async (t) => {
    await t.add({ delay: t.ticks(5) })
    await t.add({ delay: t.ticks(3) })
    const next = await t.sweep()
    assert.ok(next !== undefined && next > 0 && next <= t.ticks(3), String(next))
  })

  it('asks for a sweep when something is due earlier than it asked for before', async (t) => {
    await t.add({ delay: t.ticks(5) })
    const first = t.host.nextSweep
    assert.ok(first !== undefined && first <= t.time.now() + t.ticks(5) + t.time.tolerance)
    await t.add({ delay: t.ticks(2) })
    const second = t.host.nextSweep
    assert.ok(second !== undefined && second <= t.time.now() + t.ticks(2) + t.time.tolerance)
  })

  for (const [what, cause] of [
    ['a retry', 'retry'],
    ['a time to live', 'ttl'],
    ['a lease', 'lease'],
    ['a purge', 'retain'],
  ] as const) {
    it(`asks for a sweep when ${what} comes due`, async (t) => {
      if (cause === 'ttl') await t.add({ ttl: t.ticks(2) })
      else if (cause === 'retain') await t.ended({ retain: t.ticks(2) })
      else {
        const claim = await t.run({}, { lease: cause === 'lease' ? t.ticks(2) : undefined })
        if (cause === 'retry') await t.retry(claim, t.ticks(2))
      }
      const wanted = t.host.nextSweep
      assert.ok(
        wanted !== undefined && wanted <= t.time.now() + t.ticks(2) + t.time.tolerance,
        `asked for ${wanted}`,
      )
    })
  }

  it('makes a delayed task ready when its time has come, and tells that there is something to claim', async (t) => {
    const task = await t.add({ delay: t.ticks(2) })
    await t.pass(1)
    assert.deepEqual(await t.claimIds(), [])
    const before = t.host.readyCalls
    await t.pass(1)
    assert.ok(t.host.readyCalls > before, 'ready() was not called')
    assert.equal((await t.get(task.id)).waitingFor, 'slot')
    await t.claimOnly(task.id)
  })

  it(
    'claims nothing before its time, to the millisecond',
    async (t) => {
      const task = await t.add({ delay: 1_000 })
      for (const early of [999, 1]) {
        await t.time.until(task.notBefore! - early)
        await t.sweep()
        await t.update(task.id, { priority: early })
        assert.deepEqual(await t.claimIds(), [])
        assert.equal((await t.get(task.id)).waitingFor, 'time')
      }
      await t.time.until(task.notBefore!)
      await t.sweep()
      await t.claimOnly(task.id)
    },
    { fakeClock: 'it looks at one millisecond' },
  )

  it('makes tasks ready in order of priority and creation, whatever their times were', async (t) => {
    await t.insert(
      { id: 'a', delay: t.ticks(3) },
      { id: 'b', delay: t.ticks(1) },
      { id: 'c', delay: t.ticks(2), priority: 1 },
    )
    await t.pass(4)
    assert.deepEqual(await t.claimIds(), ['c', 'a', 'b'])
  })

  it('fails what was not claimed within its time to live, as expired', async (t) => {
    const { id } = await t.add({ ttl: t.ticks(2) })
    await t.pass(1)
    assert.equal((await t.get(id)).state, 'NEW')
    await t.pass(1)
    const task = await t.get(id)
    assert.equal(task.state, 'FAILED')
    assert.equal(task.reason?.code, 'expired')
    t.sameTime(task.endedAt, t.time.now(), 'endedAt')
    assert.deepEqual(await t.claimIds(), [])
  })

  it('expires what is held, delayed or waits for another task too', async (t) => {
    const other = await t.run()
    const ttl = t.ticks(2)
    await t.insert(
      { id: 'a', ttl, held: true },
      { id: 'b', ttl, delay: t.ticks(9) },
      { id: 'c', ttl, after: [{ id: other.id, on: 'end' }] },
    )
    await t.pass(3)
    for (const id of ['a', 'b', 'c']) assert.equal((await t.get(id)).reason?.code, 'expired', id)
  })

  it('does not expire what was claimed in time', async (t) => {
    const claim = await t.run({ ttl: t.ticks(2) })
    await t.pass(3)
    assert.equal((await t.get(claim.id)).state, 'ACTIVE')
    assert.equal((await t.end(claim))?.state, 'SUCCEEDED')
  })

  it('does not expire what was claimed once and is tried again', async (t) => {
    const claim = await t.run({ ttl: t.ticks(2) })
    await t.retry(claim, t.ticks(3))
    await t.pass(4)
    await t.claimOnly(claim.id)
  })

  it('is not disturbed by what was due for a task that has ended since', async (t) => {
    const { id } = await t.add({ delay: t.ticks(1), ttl: t.ticks(2) })
    await t.cancel(id)
    const before = await t.get(id)
    await t.pass(3)
    t.same(await t.get(id), before)
  })

  it(
    'starts what is due in days and months at its time',
    async (t) => {
      const [week, quarter] = [
        await t.add({ delay: t.ticks(7 * DAY) }),
        await t.add({ delay: t.ticks(90 * DAY) }),
      ]
      await t.pass(7 * DAY)
      await t.claimOnly(week.id)
      await t.pass(83 * DAY - 1)
      assert.deepEqual(await t.claimIds(), [])
      await t.pass(1)
      await t.claimOnly(quarter.id)
    },
    LONG,
  )

  it('catches up with all that came due while the process was suspended', async (t) => {
    const purged = await t.ended({ retain: t.ticks(1) })
    const late = await t.add({ delay: t.ticks(2) })
    const expired = await t.add({ held: true, ttl: t.ticks(3) })
    await t.time.until(t.time.now() + t.ticks(10))
    while ((t.host.nextSweep ?? Infinity) <= t.time.now()) await t.sweep()
    assert.equal(await t.isThere(purged.id), false)
    assert.equal((await t.get(expired.id)).reason?.code, 'expired')
    await t.claimOnly(late.id)
  })

  it('does all that is due at one moment, however many', async (t) => {
    await t.addMany(2_000, { delay: t.ticks(1) })
    await t.pass(1)
    assert.equal((await t.claim({ room: new Map([['SWEEP', 5_000]]), limit: 5_000 })).length, 2_000)
  })
})
