import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const RULES = { rules: { maxEnded: 3 } }

const kept = (t: Bench): Promise<string[]> => t.ids({ sort: 'endedAt' })

/** Ends so many tasks, and answers their ids in the order of their ends. */
async function endMany(t: Bench, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) ids.push((await t.ended()).id)
  return ids
}

export const retention = theme('the most ended tasks', (it) => {
  it(
    'keeps so many ended tasks, those that ended last',
    async (t) => {
      const ids = await endMany(t, 3)
      await t.pass(1)
      assert.deepEqual(await kept(t), ids)
      ids.push(...(await endMany(t, 2)))
      await t.pass(1)
      assert.deepEqual(await kept(t), ids.slice(2))
      await t.told('of those that went', () => t.host.events.filter(isDeleted).length === 2)
      assert.deepEqual(
        t.host.events.filter(isDeleted).map(({ task }) => task.id),
        ids.slice(0, 2),
      )
    },
    RULES,
  )

  it(
    'asks for a sweep when there is one too many',
    async (t) => {
      await endMany(t, 3)
      await t.pass(1)
      await endMany(t, 1)
      await t.told('that it wants to be swept', () => (t.host.nextSweep ?? Infinity) <= t.time.now() + 2_000)
      await t.pass(0)
      assert.equal((await kept(t)).length, 3)
    },
    RULES,
  )

  it(
    'goes by the order of ends, not of creation',
    async (t) => {
      await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' })
      for (const claim of (await t.claim()).toReversed()) await t.end(claim)
      await t.pass(1)
      assert.deepEqual(await kept(t), ['c', 'b', 'a'])
    },
    RULES,
  )

  it(
    'does not count what has not ended',
    async (t) => {
      await t.addMany(9, { held: true })
      const ids = await endMany(t, 3)
      await t.pass(1)
      assert.deepEqual(await kept(t), ids)
      assert.equal(await t.engine.count({}), 12)
    },
    RULES,
  )

  it(
    'lets time take those whose time is over, also when there are few',
    async (t) => {
      await t.ended({ retain: t.ticks(1) })
      const [stays] = await endMany(t, 1)
      await t.pass(2)
      assert.deepEqual(await kept(t), [stays])
    },
    RULES,
  )

  it(
    'keeps what an unfinished task comes after, and lets it go when that has ended',
    async (t) => {
      const first = await t.ended()
      const dependent = await t.add({ after: [{ id: first.id, on: 'end' }], held: true })
      const others = await endMany(t, 4)
      await t.pass(1)
      assert.deepEqual(await kept(t), [first.id, ...others.slice(2)])
      await t.cancel(dependent.id)
      await t.pass(1)
      assert.deepEqual(await kept(t), [...others.slice(3), dependent.id])
    },
    { rules: { maxEnded: 2 } },
  )

  it(
    'keeps a tree until its root is one too many and all of it has ended, and lets it go as one',
    async (t) => {
      const root = await t.run()
      const child = await t.ended({ parentId: root.id })
      const open = await t.add({ parentId: root.id, held: true })
      const others = await endMany(t, 3)
      await t.pass(1)
      assert.deepEqual(await kept(t), [child.id, ...others.slice(1)])
      await t.end(root)
      const late = await endMany(t, 3)
      await t.pass(1)
      assert.deepEqual(await kept(t), [child.id, root.id, ...late.slice(1)])
      await t.cancel(open.id)
      await t.pass(1)
      const tree = [root.id, child.id, open.id]
      assert.deepEqual(
        (await kept(t)).filter((id) => tree.includes(id)),
        [],
      )
      assert.equal(await t.isThere(late[2]!), true)
    },
    { rules: { maxEnded: 2 } },
  )

  it(
    'keeps none at all if so it is wanted',
    async (t) => {
      const { id } = await t.ended()
      await t.pass(1)
      assert.equal(await t.isThere(id), false)
    },
    { rules: { maxEnded: 0 } },
  )

  it(
    'catches up however many are too many at once',
    async (t) => {
      await t.addMany(3_000)
      const claims = await t.claim({ limit: 5_000, room: new Map([['SWEEP', 5_000]]) })
      const reason = { code: 'returned', message: 'the run returned' } as const
      const outcome = { kind: 'end', state: 'SUCCEEDED', reason } as const
      await t.engine.settle(claims.map(({ id, lease }) => ({ id, lease, outcome })))
      await t.pass(1)
      assert.deepEqual(
        await kept(t),
        claims.slice(-3).map(({ id }) => id),
      )
    },
    RULES,
  )
})

function isDeleted({ type }: { readonly type: string }): boolean {
  return type === 'deleted'
}
