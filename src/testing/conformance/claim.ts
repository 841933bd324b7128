import assert from 'node:assert/strict'
import { theme } from './theme.ts'

const room = (...free: readonly (readonly [string, number])[]): ReadonlyMap<string, number> => new Map(free)

export const claiming = theme('claim', (it) => {
  it('hands out the task ACTIVE, as its first attempt, and counts that in its version', async (t) => {
    const task = await t.add({ args: { days: 30 } })
    const claim = await t.claimOnly(task.id)
    assert.equal(claim.task.state, 'ACTIVE')
    assert.equal(claim.task.attempt, 1)
    assert.ok(claim.task.version > task.version)
    assert.equal(claim.task.waitingFor, undefined)
    t.sameTime(claim.task.startedAt, t.time.now(), 'startedAt')
    assert.equal(claim.task.modifiedAt, claim.task.startedAt)
    t.same(await t.get(task.id), claim.task)
    assert.deepEqual(
      claim.task.messages.map((message) => message.text),
      ['created', 'ACTIVE'],
    )
  })

  it('hands out the arguments in clear, secrets too', async (t) => {
    const claim = await t.run({ args: { password: 'geheim' }, secrets: ['/password'] })
    assert.deepEqual(claim.task.args, { password: 'geheim' })
  })

  it('hands back what the creation said of its runs, or undefined', async (t) => {
    const retry = { limit: 3, backoff: 1000, factor: 2, maxBackoff: 9000, jitter: 0.5, onTimeout: true }
    assert.deepEqual((await t.run({ limits: { timeout: 5000, retry } })).limits, { timeout: 5000, retry })
    assert.equal((await t.run()).limits, undefined)
  })

  it('takes the higher priority first, then the older task, across operations', async (t) => {
    const low = await t.add({ priority: -5 })
    const first = await t.add()
    const second = await t.add({ operation: 'BACKUP' })
    const high = await t.add({ operation: 'BACKUP', priority: 9 })
    const third = await t.add()
    assert.deepEqual(await t.claimIds(), [high.id, first.id, second.id, third.id, low.id])
  })

  it('takes at most `limit`, the first in order', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b', priority: 1 }, { id: 'c' })
    assert.deepEqual(await t.claimIds({ limit: 2 }), ['b', 'a'])
    assert.deepEqual(await t.claimIds({ limit: 2 }), ['c'])
    assert.deepEqual(await t.claimIds({ limit: 2 }), [])
  })

  it('takes at most the room of each operation, and lets the others pass', async (t) => {
    await t.insert(
      { id: 'a1', operation: 'A', priority: 5 },
      { id: 'a2', operation: 'A', priority: 5 },
      { id: 'b1', operation: 'B' },
    )
    assert.deepEqual(await t.claimIds({ room: room(['A', 1], ['B', 1]) }), ['a1', 'b1'])
  })

  it('takes nothing of an operation that has no room or is not named', async (t) => {
    await t.insert({ id: 'a', operation: 'A' }, { id: 'b', operation: 'B' })
    assert.deepEqual(await t.claimIds({ room: room(['A', 0]) }), [])
    assert.deepEqual(await t.claimIds({ room: room() }), [])
    assert.equal((await t.get('b')).state, 'NEW')
  })

  it('hands out no task twice, however many ask at once', async (t) => {
    await t.addMany(30)
    const claims = (await Promise.all([1, 2, 3, 4, 5].map(() => t.claim({ limit: 10 })))).flat()
    assert.equal(claims.length, 30)
    assert.equal(new Set(claims.map((claim) => claim.id)).size, 30)
  })

  it('works through a thousand tasks in the order of their creation', async (t) => {
    const tasks = await t.addMany(1_000)
    const claimed: string[] = []
    while (claimed.length < tasks.length) {
      const claims = await t.claim({ limit: 64 })
      assert.notEqual(claims.length, 0)
      claimed.push(...claims.map((claim) => claim.id))
    }
    assert.deepEqual(
      claimed,
      tasks.map((task) => task.id),
    )
  })

  it('gives each claim a lease that no other claim had, on later attempts too', async (t) => {
    await t.addMany(20)
    const leases: string[] = []
    for (let round = 0; round < 3; round++) {
      for (const claim of await t.claim()) {
        leases.push(claim.lease)
        await t.retry(claim)
      }
    }
    assert.equal(leases.length, 60)
    assert.equal(new Set(leases).size, 60)
    assert.ok(!leases.includes(''))
  })

  it('counts each claim as an attempt', async (t) => {
    const first = await t.run()
    await t.retry(first)
    const second = await t.claimOnly(first.id)
    assert.equal(second.task.attempt, 2)
    await t.retry(second)
    assert.equal((await t.claimOnly(first.id)).task.attempt, 3)
  })

  it('puts a task that comes back where its priority and creation place it', async (t) => {
    const claim = await t.run()
    const younger = await t.add()
    await t.retry(claim)
    assert.deepEqual(await t.claimIds(), [claim.id, younger.id])
  })

  it('keeps the priorities apart when tasks of each come and go', async (t) => {
    await t.insert({ id: 'a', priority: 1 }, { id: 'b', priority: 3 }, { id: 'c', priority: 2 })
    assert.deepEqual(await t.claimIds({ limit: 1 }), ['b'])
    await t.insert({ id: 'd', priority: 3 }, { id: 'e', priority: 2 })
    await t.cancel('d')
    assert.deepEqual(await t.claimIds(), ['c', 'e', 'a'])
  })
})
