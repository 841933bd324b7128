import assert from 'node:assert/strict'
import type { ClaimWish } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { theme, type Facts } from './theme.ts'

const DURABLE = { durable: 'its runs end with its process' }
const LIVES = { restart: (t: Bench) => t.restarted(), kill: (t: Bench) => t.killed() }

/** What several processes share cannot know that one is dead before its leases have run out. */
function wish(t: Bench, { traits }: Facts, more: Partial<ClaimWish> = {}): Partial<ClaimWish> {
  return { lease: traits.shared ? t.ticks(4) : undefined, ...more }
}

const putBack = (next: Bench, id: string): Promise<void> =>
  next.soon(`${id} is put back`, async () => (await next.get(id)).state === 'NEW')
const ended = (next: Bench, id: string): Promise<void> =>
  next.soon(`${id} ends`, async () => (await next.get(id)).endedAt !== undefined)

export const interruptedRuns = theme('runs of another life', (it) => {
  for (const life of ['restart', 'kill'] as const) {
    it(
      `are tried again after a ${life}: NEW, the attempt counted, as interrupted`,
      async (t, facts) => {
        const active = await t.run({ id: 'a' }, wish(t, facts))
        const waiting = await t.run({ id: 'b' }, wish(t, facts))
        await t.amend(active, { progress: { percent: 40 }, output: { entries: [LINE, NOTE] } })
        await t.amend(waiting, { state: 'WAITING', waitingFor: 'action' })
        const next = await LIVES[life](t)
        for (const { id } of [active, waiting]) {
          await putBack(next, id)
          const task = await next.get(id)
          assert.deepEqual([task.reason?.code, task.attempt, task.waitingFor], ['interrupted', 1, 'slot'])
        }
        assert.equal((await next.get('a')).progress?.percent, 40)
        assert.equal((await next.output('a', 'log')).items.length, 1)
        assert.deepEqual((await next.output('a', 'checkpoint')).items[0]?.data, NOTE.data)
        const claims = await next.claim()
        assert.deepEqual(
          claims.map(({ id, task }) => `${id} ${task.attempt}`),
          ['a 2', 'b 2'],
        )
        assert.equal((await next.end(claims[0]!))?.state, 'SUCCEEDED')
      },
      DURABLE,
    )

    it(
      `hold nothing after a ${life}: their leases never count again, and are given to nobody`,
      async (t, facts) => {
        const old = await t.run({}, wish(t, facts))
        const next = await LIVES[life](t)
        await putBack(next, old.id)
        const refused = async (): Promise<void> => {
          const before = await next.get(old.id)
          assert.equal(await next.progress(old, { percent: 99 }), undefined)
          assert.deepEqual(await next.engine.renew([old], t.ticks(20)), ['lost'])
          assert.equal(await next.end(old), undefined)
          next.same(await next.get(old.id), before)
        }
        await refused()
        const [claim] = await next.claim()
        assert.notEqual(claim?.lease, old.lease)
        await refused()
      },
      DURABLE,
    )

    it(
      `free their keys and their places under a limit after a ${life}, also those that outlived their tasks`,
      async (t, facts) => {
        const caps = new Map([['SWEEP', 2]])
        const held = await t.run({ id: 'a', concurrencyKey: 'k' }, wish(t, facts, { caps }))
        const ghost = await t.run({ id: 'b', concurrencyKey: 'l' }, wish(t, facts, { caps }))
        await t.end(ghost, 'CANCELED', { stillRunning: true })
        await t.insert(
          { id: 'c', concurrencyKey: 'l', priority: 2 },
          { id: 'd', concurrencyKey: 'k', priority: 1 },
        )
        assert.deepEqual(await t.claimIds({ caps }), [])
        const next = await LIVES[life](t)
        await putBack(next, held.id)
        await next.soon('the ghost is gone', async () => (await next.get('c')).waitingFor === 'slot')
        assert.deepEqual(await next.claimIds({ caps }), ['c', 'd'])
        assert.deepEqual(await next.claimIds({ caps }), [])
      },
      DURABLE,
    )

    it(
      `are canceled after a ${life} when that was requested`,
      async (t, facts) => {
        const { id } = await t.run({}, wish(t, facts))
        await t.cancel(id)
        const next = await LIVES[life](t)
        await ended(next, id)
        const task = await next.get(id)
        assert.deepEqual([task.state, task.reason?.code], ['CANCELED', 'canceled'])
      },
      DURABLE,
    )

    it(
      `fail after a ${life} when they were interrupted too often, counted over all lives`,
      async (t, facts) => {
        const interrupts = new Map([['SWEEP', 1]])
        const { id } = await t.run({}, wish(t, facts, { interrupts }))
        const second = await LIVES[life](t)
        await putBack(second, id)
        await second.claimOnly(id, wish(t, facts, { interrupts }))
        const third = await LIVES[life](second)
        await ended(third, id)
        const task = await third.get(id)
        assert.deepEqual([task.state, task.reason?.code, task.attempt], ['FAILED', 'interrupted', 2])
        assert.deepEqual(await third.claimIds(), [])
      },
      DURABLE,
    )

    it(
      `keep all that was answered as stored before a ${life}`,
      async (t) => {
        const tasks = await t.addMany(50)
        const [claim] = await t.claim({ limit: 1 })
        await t.end(claim!)
        await t.cancel(tasks[1]!.id)
        const next = await LIVES[life](t)
        assert.equal(await next.engine.count({}), 50)
        assert.equal((await next.get(tasks[0]!.id)).state, 'SUCCEEDED')
        assert.equal((await next.get(tasks[1]!.id)).state, 'CANCELED')
        assert.equal((await next.claim()).length, 48)
      },
      DURABLE,
    )
  }

  it(
    'end with what comes after them when they fail as interrupted',
    async (t, facts) => {
      const { id } = await t.run({}, wish(t, facts, { interrupts: new Map([['SWEEP', 0]]) }))
      const dependent = await t.add({ after: [{ id, on: 'success' }] })
      const next = await t.killed()
      await ended(next, id)
      assert.equal((await next.get(dependent.id)).state, 'CANCELED')
    },
    DURABLE,
  )
})

const LINE = Object.freeze({ stream: 'log', text: 'so far' } as const)
const NOTE = Object.freeze({ stream: 'checkpoint', data: Object.freeze({ sent: 12 }) } as const)
