import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const SHARED = { shared: 'it serves one process' }

const told = (t: Bench): string[] => t.host.events.map(({ type, task }) => `${type} ${task.id} ${task.state}`)

/** The host of the bench is told to claim, by what another does. */
export async function wakes(t: Bench, act: () => Promise<unknown>): Promise<void> {
  const before = t.host.readyCalls
  await act()
  await t.told('that there is something to claim', () => t.host.readyCalls > before)
}

export const sharedTasks = theme('two processes on one store', (it) => {
  it(
    'show the same tasks, whoever created them',
    async (a) => {
      const b = await a.beside()
      const mine = await a.add({ args: { days: 1 }, tags: ['x'] })
      const yours = await b.add({ operation: 'BACKUP', createdBy: 'ann' })
      for (const bench of [a, b]) {
        bench.same(await bench.get(mine.id), mine)
        bench.same(await bench.get(yours.id), yours)
        assert.deepEqual(await bench.ids(), [mine.id, yours.id])
        assert.deepEqual(await bench.ids({ tag: ['x'] }), [mine.id])
        assert.equal(await bench.engine.count({ operation: ['BACKUP'] }), 1)
        const names = (await bench.engine.operations()).map(({ name }) => name).toSorted()
        assert.deepEqual(names, ['BACKUP', 'SWEEP'])
      }
    },
    SHARED,
  )

  it(
    'tell each other that there is something to claim',
    async (a) => {
      const b = await a.beside()
      await wakes(b, () => a.add())
      await wakes(a, () => b.add())
      const [claim] = await a.claim({ limit: 1 })
      await wakes(b, () => a.retry(claim!))
    },
    SHARED,
  )

  it(
    'hand out what the other created, in one order',
    async (a) => {
      const b = await a.beside()
      const [first, second] = [await a.add(), await b.add()]
      const [high, third] = [await b.add({ priority: 1 }), await a.add()]
      assert.deepEqual(await a.claimIds({ limit: 2 }), [high.id, first.id])
      assert.deepEqual(await b.claimIds(), [second.id, third.id])
    },
    SHARED,
  )

  it(
    'never hand out a task twice, however they race',
    async (a) => {
      const b = await a.beside()
      await a.addMany(60)
      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? a : b).claim({ limit: 10 })),
      )
      const ids = claims.flat().map(({ id }) => id)
      assert.equal(new Set(ids).size, ids.length)
      assert.equal(ids.length, 60)
      assert.equal(new Set(claims.flat().map(({ lease }) => lease)).size, 60)
    },
    SHARED,
  )

  it(
    'cancel each other’s tasks: at once, or by a word to the run',
    async (a) => {
      const b = await a.beside()
      const claim = await a.run()
      const waiting = await a.add()
      assert.equal((await b.cancel(waiting.id)).outcome, 'canceled')
      assert.equal((await a.get(waiting.id)).state, 'CANCELED')
      assert.equal((await b.cancel(claim.id)).outcome, 'requested')
      await a.told('the run', () => a.host.orders.length > 0)
      assert.deepEqual(
        { ...a.host.orders[0] },
        { id: claim.id, lease: claim.lease, kind: 'cancel', message: 'not needed any more', by: 'ann' },
      )
      assert.deepEqual(await a.engine.renew([claim], a.ticks(9)), ['cancel'])
      assert.equal((await a.retry(claim))?.state, 'CANCELED')
      assert.equal((await b.get(claim.id)).state, 'CANCELED')
    },
    SHARED,
  )

  it(
    'supersede and resume each other’s runs',
    async (a) => {
      const b = await a.beside()
      const claim = await a.run({ concurrencyKey: 'tape-1' })
      const next = await b.add({ concurrencyKey: 'tape-1' })
      await a.amend(claim, { state: 'WAITING', waitingFor: 'action' })
      assert.equal((await b.update(claim.id, { activate: true })).kind, 'changed')
      await a.told('the run to go on', () => a.host.orders.some(({ kind }) => kind === 'resume'))
      await b.supersede(claim.id)
      await a.told('the run to stop', () => a.host.orders.some(({ kind }) => kind === 'superseded'))
      assert.equal(await a.progress(claim, { percent: 1 }), undefined)
      assert.deepEqual(await b.claimIds(), [])
      await wakes(b, () => a.gone(claim))
      await b.claimOnly(next.id)
    },
    SHARED,
  )

  it(
    'start, reprioritize and remove each other’s tasks',
    async (a) => {
      const b = await a.beside()
      const [held, other] = [await a.add({ held: true }), await a.add()]
      await wakes(a, () => b.update(held.id, { activate: true, priority: 1 }))
      assert.deepEqual(await a.claimIds(), [held.id, other.id])
      const ended = await a.add()
      await b.end(await b.claimOnly(ended.id))
      assert.deepEqual(await a.engine.remove([ended.id, other.id]), ['removed', 'unfinished'])
      assert.equal(await b.isThere(ended.id), false)
    },
    SHARED,
  )

  it(
    'start what comes after a task that the other ran',
    async (a) => {
      const b = await a.beside()
      const first = await a.run()
      const next = await b.add({ after: [{ id: first.id, on: 'success' }] })
      await wakes(b, () => a.end(first))
      await b.claimOnly(next.id)
    },
    SHARED,
  )

  it(
    'do what is due for each other: starts and purges',
    async (a) => {
      const b = await a.beside()
      await a.ended({ id: 'purged', retain: a.ticks(2) })
      await a.add({ id: 'delayed', delay: a.ticks(2) })
      await b.soon('the delayed task can be claimed', async () => {
        const claims = await b.claim()
        return claims.some(({ id }) => id === 'delayed')
      })
      await b.soon('the ended task is purged', async () => !(await b.isThere('purged')))
    },
    SHARED,
  )

  it(
    'follow each other’s output, when they watch',
    async (a) => {
      const b = await a.beside()
      const claim = await a.run()
      await b.engine.watch(true)
      await a.write(claim, { stream: 'log', text: 'one' }, { stream: 'items', data: 1 })
      await b.told('what was written', () => b.host.grown.length >= 2)
      assert.deepEqual(b.host.grown.map(({ id, stream }) => `${id} ${stream}`).toSorted(), [
        `${claim.id} items`,
        `${claim.id} log`,
      ])
      const { items } = await b.output(claim.id, 'log')
      assert.deepEqual(
        items.map(({ text }) => text),
        ['one'],
      )
    },
    SHARED,
  )

  it(
    'tell each other of every change, in order, when they watch',
    async (a) => {
      const b = await a.beside()
      await b.engine.watch(true)
      const claim = await a.run({ id: 'a', retain: a.ticks(1) })
      await a.amend(claim, { state: 'WAITING', waitingFor: 'resource' })
      await b.cancel('a')
      await a.end(claim, 'CANCELED')
      await b.add({ id: 'b', held: true })
      await b.soon('the task is purged', async () => !(await b.isThere('a')))
      await b.told('all', () => b.host.events.length >= 7)
      assert.deepEqual(told(b), [
        'created a NEW',
        'updated a ACTIVE',
        'updated a WAITING',
        'updated a WAITING',
        'updated a CANCELED',
        'created b NEW',
        'deleted a CANCELED',
      ])
    },
    SHARED,
  )

  it(
    'give each event one position, the same for both',
    async (a) => {
      const b = await a.beside()
      await Promise.all([a, b].map((bench) => bench.engine.watch(true)))
      await a.end(await a.run())
      await b.add({ held: true })
      const all = async (bench: Bench): Promise<string[]> => {
        await bench.told('all', () => bench.host.events.length >= 4)
        return bench.host.events.map(({ position, type }) => `${position} ${type}`)
      }
      const seen = await all(a)
      assert.deepEqual(await all(b), seen)
      assert.ok(a.host.events.every(({ position }) => position !== undefined))
      for (const bench of [a, b]) {
        const again = await bench.engine.recentEvents(4)
        assert.deepEqual(
          again.map(({ position, type }) => `${position} ${type}`),
          seen,
        )
      }
    },
    SHARED,
  )
})
