import assert from 'node:assert/strict'
import { wakes } from './shared-tasks.ts'
import { RETURNED } from './samples.ts'
import { byName, fired, fireOf, given, put } from './ticks.ts'
import { theme } from './theme.ts'

const SHARED = { shared: 'it serves one process' }
const KEY = { concurrencyKey: 'tape-1' }

export const sharedRules = theme('rules across two processes', (it) => {
  it(
    'let one task with a key run at a time',
    async (a) => {
      const b = await a.beside()
      await a.add({ id: 'a', ...KEY })
      await b.add({ id: 'b', ...KEY })
      const claims = (await Promise.all([a.claim(), b.claim()])).flat()
      assert.deepEqual(
        claims.map(({ id }) => id),
        ['a'],
      )
      assert.equal((await a.get('b')).waitingFor, 'key')
      await wakes(b, () => a.end(claims[0]!))
      await b.claimOnly('b')
    },
    SHARED,
  )

  it(
    'know a creation that the other was asked for, also at the same time',
    async (a) => {
      const b = await a.beside()
      const idempotency = { key: 'ann SWEEP 1', hash: 'h', keep: a.ticks(900) }
      const wanted = [
        { idempotency },
        { dedupKey: 'd' },
        { parentId: (await a.add({ held: true })).id, name: 'leaf' },
      ]
      for (const one of wanted) {
        const results = (
          await Promise.all([a.insert(one), b.insert(one), a.insert(one), b.insert(one)])
        ).flat()
        const stored = results.filter((result) => result.kind === 'stored')
        assert.equal(stored.length, 1, JSON.stringify(one))
        for (const result of results) {
          assert.ok(result.kind !== 'refused')
          assert.equal(result.task.id, stored[0]!.task.id)
        }
      }
      const other = { idempotency: { ...idempotency, hash: 'other' } }
      assert.equal((await b.insert(other))[0]?.kind, 'refused')
    },
    SHARED,
  )

  it(
    'count the tasks of both against the most that may queue',
    async (a) => {
      const b = await a.beside()
      await a.add()
      await b.add()
      const [result] = await b.engine.insert([b.draft()], { maxQueued: 2 })
      assert.equal(result?.kind === 'refused' && result.code, 'queue-full')
    },
    SHARED,
  )

  for (const how of ['limit', 'cap'] as const) {
    it(
      `count the runs of both against a ${how}`,
      async (a) => {
        const b = await a.beside()
        if (how === 'limit') await a.engine.limit('SWEEP', 3)
        const wish = how === 'cap' ? { caps: new Map([['SWEEP', 3]]) } : {}
        await a.addMany(8)
        const claims = (
          await Promise.all([a.claim(wish), b.claim({ ...wish, limit: 2 }), a.claim(wish), b.claim(wish)])
        ).flat()
        assert.equal(claims.length, 3)
        await wakes(b, () => a.end(claims[0]!))
        assert.equal((await b.claim(wish)).length, 1)
        assert.equal((await a.claim(wish)).length, 0)
      },
      SHARED,
    )
  }

  it(
    'hold to a limit and a pause that the other set, and hear of their end',
    async (a) => {
      const b = await a.beside()
      await a.addMany(4)
      await a.engine.limit('SWEEP', 1)
      assert.equal((await b.claim()).length, 1)
      await wakes(b, () => a.engine.limit('SWEEP', 2))
      assert.equal((await b.claim()).length, 1)
      await a.engine.pause('SWEEP', true)
      await a.engine.limit('SWEEP', undefined)
      assert.deepEqual(await b.claimIds(), [])
      await wakes(b, () => a.engine.pause('SWEEP', false))
      assert.equal((await b.claim()).length, 2)
    },
    SHARED,
  )

  it(
    'show what the other described, limited and paused',
    async (a) => {
      const b = await a.beside()
      await a.engine.describe([{ name: 'A', summary: 'Sweeps', secrets: ['/password'] }])
      await a.engine.limit('A', 2)
      await a.engine.pause('A', true)
      const [operation] = await b.engine.operations()
      assert.equal(operation?.described?.summary, 'Sweeps')
      assert.deepEqual(operation.described.secrets, ['/password'])
      assert.deepEqual([operation.concurrency, operation.paused], [2, true])
    },
    SHARED,
  )

  it(
    'take nothing into a branch that one of them removes, however large it is',
    async (a) => {
      const b = await a.beside()
      await a.insert({ id: 'root', held: true }, { id: 'branch', parentId: 'root' })
      const leaves = await a.addMany(600, { parentId: 'branch' })
      const outcome = { kind: 'end', state: 'SUCCEEDED', reason: RETURNED } as const
      // One claim may leave some for the next.
      for (let claims = await a.claim(); claims.length > 0; claims = await a.claim())
        await a.engine.settle(claims.map(({ id, lease }) => ({ id, lease, outcome })))
      const [[removed], ...late] = await Promise.all([
        a.engine.remove(['branch']),
        b.insert({ parentId: leaves.at(-1)!.id }),
        b.insert({ after: [{ id: leaves.at(-2)!.id, on: 'success' }] }),
      ])
      assert.equal(removed, 'removed')
      for (const [result] of late)
        assert.equal(result?.kind === 'refused' && result.code, 'unknown-reference')
      assert.deepEqual(await b.ids(), ['root'])
      assert.deepEqual(await b.claimIds(), [])
    },
    SHARED,
  )

  it(
    'share schedules, and tell each other of them',
    async (a) => {
      const b = await a.beside()
      const tells = async (act: () => Promise<unknown>): Promise<void> => {
        const before = b.host.rescheduledCalls
        await act()
        await b.told('that schedules have changed', () => b.host.rescheduledCalls > before)
      }
      await tells(() => put(a, { spec: { cron: '@daily' }, next: 1_000 }))
      assert.deepEqual((await byName(b, 'nightly'))?.spec, { cron: '@daily' })
      await tells(() => fired(a, { tick: 1_000, next: 2_000 }))
      assert.deepEqual(given(await byName(b, 'nightly')), given(await byName(a, 'nightly')))
      await tells(() => a.engine.removeSchedule('nightly'))
      assert.deepEqual(await b.engine.schedules(), [])
    },
    SHARED,
  )

  it(
    'let one store a version that both want to store',
    async (a) => {
      const b = await a.beside()
      const draft = { name: 'nightly', spec: {}, next: 1_000, ifVersion: 0 }
      const answers = await Promise.all([a, b, a, b].map(({ engine }) => engine.putSchedule(draft)))
      assert.equal(answers.filter((answer) => answer !== 'version-mismatch').length, 1)
      assert.equal(await b.engine.putSchedule({ ...draft, ifVersion: 9 }), 'version-mismatch')
    },
    SHARED,
  )

  it(
    'fire a tick once that both see come',
    async (a) => {
      const b = await a.beside()
      await put(a, { next: 1_000 })
      for (const tick of [1_000, 2_000, 3_000]) {
        const answers = await Promise.all(
          [a, b, b, a].map((bench) => bench.engine.fire(fireOf(bench, { tick, next: tick + 1_000 }))),
        )
        const kinds = answers.map(({ kind }) => kind).toSorted()
        assert.deepEqual(kinds, ['fired', 'taken', 'taken', 'taken'])
      }
      assert.equal((await byName(b, 'nightly'))?.fired, 3)
      assert.equal(await a.engine.count({}), 3)
    },
    SHARED,
  )

  it(
    'wake each other by the task of a tick, and skip one while the other still runs it',
    async (a) => {
      const b = await a.beside()
      await put(a, { next: 1_000 })
      await wakes(b, () => fired(a, { tick: 1_000, next: 2_000 }))
      const [claim] = await b.claim()
      const order = (tick: number) => fireOf(a, { tick, next: tick + 1_000, unlessUnfinished: true })
      assert.equal((await a.engine.fire(order(2_000))).kind, 'skipped')
      await b.end(claim!)
      assert.equal((await a.engine.fire(order(3_000))).kind, 'fired')
    },
    SHARED,
  )
})
