import assert from 'node:assert/strict'
import type { Task } from '../../core/task.ts'
import type { Bench } from './bench.ts'
import { FAILURE, RETURNED } from './samples.ts'
import { theme } from './theme.ts'

const DURABLE = { durable: 'it forgets with its process' }

/** Tasks in all states that need no run, with all that a task can have. */
async function variety(t: Bench): Promise<Task[]> {
  const succeeded = await t.run({ id: 'a', args: { path: '/tmp', deep: [1, { x: null }] }, tags: ['x', 'y'] })
  await t.progress(succeeded, { percent: 50, done: 1, total: 2, message: 'half way' })
  await t.settle(succeeded, {
    kind: 'end',
    state: 'SUCCEEDED',
    reason: RETURNED,
    result: { deleted: 3, names: ['ü', '\u0000'] },
  })
  await t.ended({ id: 'b', createdBy: 'ann' }, 'FAILED')
  const retried = await t.run({ id: 'c', priority: 3, secrets: ['/password'], args: { password: 'geheim' } })
  await t.amend(retried, { state: 'WAITING', waitingFor: 'action', message: 'please insert tape 2' })
  await t.retry(retried, t.ticks(600))
  await t.cancel((await t.add({ id: 'd' })).id)
  await t.insert(
    { id: 'e', held: true, ttl: t.ticks(9_000) },
    { id: 'f', delay: t.ticks(900) },
    { id: 'g', parentId: 'a', name: 'leaf', rerunOf: 'b', schedule: 'nightly' },
    { id: 'h', after: [{ id: 'g', on: 'success' }] },
  )
  return Promise.all([...'abcdefgh'].map((id) => t.get(id)))
}

export const restarting = theme('after a restart', (it) => {
  it(
    'shows all tasks as they were, with their messages',
    async (t) => {
      const before = await variety(t)
      const next = await t.restarted()
      for (const task of before) next.same(await next.get(task.id), task)
      assert.deepEqual(
        await next.ids(),
        before.map(({ id }) => id),
      )
    },
    DURABLE,
  )

  it(
    'finds them by the same conditions, and counts them',
    async (t) => {
      await variety(t)
      const queries = [
        { state: ['NEW'] },
        { operation: ['SWEEP'], sort: '-endedAt' },
        { tag: ['y', 'x'] },
        { parentId: 'a' },
        { text: '/TMP' },
        { visible: { all: [], own: ['SWEEP'], owner: 'ann' } },
      ] as const
      const look = async (bench: Bench): Promise<unknown> => [
        await Promise.all(queries.map((query) => bench.ids(query))),
        (await bench.engine.operations()).map(({ name, counts }) => ({ name, counts: { ...counts } })),
      ]
      const before = await look(t)
      assert.deepEqual(await look(await t.restarted()), before)
    },
    DURABLE,
  )

  it(
    'recalls what a task was created from',
    async (t) => {
      const wanted = {
        args: { password: 'geheim' },
        secrets: ['/password'],
        limits: { timeout: 5_000 },
        concurrencyKey: 'tape-1',
        tags: ['x'],
      }
      const { id } = await t.add(wanted)
      const before = await t.engine.recall(id)
      const next = await t.restarted()
      assert.deepEqual(JSON.parse(JSON.stringify(await next.engine.recall(id))), plain(before))
      const claim = await next.claimOnly(id)
      assert.deepEqual(claim.task.args, { password: 'geheim' })
      assert.equal(claim.limits?.timeout, 5_000)
    },
    DURABLE,
  )

  it(
    'keeps the output, and goes on counting it',
    async (t) => {
      const claim = await t.run()
      await t.write(
        claim,
        { stream: 'log', level: 'info', text: 'one' },
        { stream: 'items', data: { n: 1 } },
        { stream: 'log', text: 'two' },
      )
      await t.amend(claim, { output: { entries: [], dropped: { stdout: 7 } } })
      const before = await t.output(claim.id, 'log')
      await t.retry(claim)
      const next = await t.restarted()
      assert.deepEqual(await next.output(claim.id, 'log'), before)
      assert.equal((await next.output(claim.id, 'stdout')).dropped, 7)
      await next.write(await next.claimOnly(claim.id), { stream: 'log', text: 'three' })
      const log = await next.output(claim.id, 'log')
      assert.deepEqual(
        log.items.map(({ seq, text, attempt }) => `${seq} ${text} ${attempt}`),
        ['1 one 1', '2 two 1', '3 three 2'],
      )
      assert.deepEqual((await next.output(claim.id, 'items')).items[0]?.data, { n: 1 })
    },
    DURABLE,
  )

  it(
    'still knows a creation that is repeated: by its id, its key and its dedupKey',
    async (t) => {
      const idempotency = { key: 'ann SWEEP 1', hash: 'h', keep: t.ticks(900) }
      await t.ended({ id: 'd', dedupKey: 'ended' })
      await t.insert({ id: 'a' }, { id: 'b', idempotency }, { id: 'c', dedupKey: 'd' })
      const next = await t.restarted()
      const results = await next.insert(
        { id: 'a' },
        { id: 'b-2', idempotency },
        { id: 'b-3', idempotency: { ...idempotency, hash: 'other' } },
        { id: 'c-2', dedupKey: 'd' },
        { id: 'd-2', dedupKey: 'ended' },
      )
      assert.deepEqual(
        results.map((result) =>
          result.kind === 'duplicate' ? `${result.of} ${result.task.id}` : result.kind,
        ),
        ['id a', 'idempotency b', 'refused', 'dedup c', 'stored'],
      )
    },
    DURABLE,
  )

  it(
    'remembers an Idempotency-Key for as long as it said, whether or not its task is kept',
    async (t) => {
      const idempotency = { key: 'ann SWEEP 1', hash: 'h', keep: t.ticks(8) }
      await t.ended({ id: 'a', idempotency })
      await t.engine.remove(['a'])
      const next = await t.restarted()
      const [again] = await next.insert({ id: 'a-2', idempotency })
      assert.equal(again?.kind, 'duplicate')
      assert.equal(again.task.id, 'a')
      await next.pass(9)
      assert.equal((await next.insert({ id: 'a-3', idempotency }))[0]?.kind, 'stored')
    },
    DURABLE,
  )

  it(
    'keeps names of children, and lets a re-run take one over',
    async (t) => {
      await t.add({ id: 'parent', held: true })
      await t.ended({ id: 'first', parentId: 'parent', name: 'leaf' })
      const next = await t.restarted()
      const child = { parentId: 'parent', name: 'leaf' }
      const [twin, rerun] = await next.insert({ id: 'x', ...child }, { id: 'y', rerunOf: 'first', ...child })
      assert.deepEqual([twin?.kind, rerun?.kind], ['duplicate', 'stored'])
    },
    DURABLE,
  )

  it(
    'keeps what comes after what',
    async (t) => {
      const first = await t.add({ id: 'a' })
      await t.insert(
        { id: 'b', after: [{ id: 'a', on: 'success' }] },
        { id: 'c', after: [{ id: 'b', on: 'success' }] },
      )
      const next = await t.restarted()
      assert.equal((await next.get('b')).waitingFor, 'dependency')
      await next.end(await next.claimOnly(first.id))
      await next.end(await next.claimOnly('b'), 'FAILED')
      assert.equal((await next.get('c')).state, 'CANCELED')
    },
    DURABLE,
  )

  it(
    'goes on counting versions, and does to a task whatever may be done to it',
    async (t) => {
      await t.insert({ id: 'a', held: true }, { id: 'b', held: true }, { id: 'c', held: true })
      const before = await t.get('a')
      const next = await t.restarted()
      await next.update('a', { activate: true, ifVersion: before.version })
      assert.ok((await next.get('a')).version > before.version)
      const claim = await next.claimOnly('a')
      assert.equal((await next.end(claim, 'FAILED'))?.error?.message, FAILURE.message)
      assert.equal((await next.cancel('b')).outcome, 'canceled')
      assert.equal((await next.supersede('c', 'SKIPPED')).kind, 'changed')
      assert.deepEqual(await next.engine.remove(['a', 'b', 'c']), ['removed', 'removed', 'removed'])
      assert.equal(await next.engine.count({}), 0)
    },
    DURABLE,
  )

  it(
    'can be restarted again and again',
    async (t) => {
      let bench = t
      for (let life = 1; life <= 4; life++) {
        const claim = await bench.run({ args: { life } })
        await bench.write(claim, { stream: 'log', text: `life ${life}` })
        await bench.end(claim)
        bench = await bench.restarted()
        assert.equal(await bench.engine.count({ state: ['SUCCEEDED'] }), life)
      }
    },
    DURABLE,
  )
})

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
