import assert from 'node:assert/strict'
import { workerOf } from './samples.ts'
import { theme } from './theme.ts'

const SHARED = { shared: 'it serves one process' }

export const sharedWorkers = theme('workers of two processes', (it) => {
  it(
    'see each other, until one has left',
    async (a) => {
      const b = await a.beside()
      await a.engine.announce(workerOf(a, { id: 'w1', tags: ['gpu'] }), a.ticks(30))
      await b.engine.announce(workerOf(b, { id: 'w2', operations: ['BACKUP'] }), b.ticks(30))
      for (const { engine } of [a, b]) {
        const [first, second] = await engine.workers()
        assert.deepEqual([first?.id, first?.tags, first?.mode], ['w1', ['gpu'], 'running'])
        assert.deepEqual([second?.id, second?.operations], ['w2', ['BACKUP']])
      }
      await a.engine.dismiss('w1')
      assert.deepEqual(
        (await b.engine.workers()).map(({ id }) => id),
        ['w2'],
      )
    },
    SHARED,
  )

  it(
    'ask each other to pause, to drain and to go on',
    async (a) => {
      const b = await a.beside()
      await a.engine.announce(workerOf(a, { id: 'w1' }), a.ticks(60))
      await b.engine.announce(workerOf(b, { id: 'w2' }), b.ticks(60))
      for (const mode of ['paused', 'draining', 'running'] as const) {
        assert.equal((await b.engine.setWorker('w1', mode))?.mode, mode)
        await a.told(`to be ${mode}`, () => a.host.modes.at(-1) === mode)
        assert.equal((await a.engine.workers())[0]?.mode, mode)
        assert.equal(await a.engine.announce(workerOf(a, { id: 'w1' }), a.ticks(60)), mode)
      }
      assert.deepEqual(b.host.modes, [], 'the other was told too')
    },
    SHARED,
  )

  it(
    'let a task wait for a worker, whoever announced those that there are',
    async (a) => {
      const b = await a.beside()
      await b.engine.announce(workerOf(b, { operations: ['BACKUP'] }), b.ticks(60))
      const { id, waitingFor } = await a.add()
      assert.equal(waitingFor, 'worker')
      await b.engine.announce(workerOf(b, { operations: ['SWEEP'] }), b.ticks(60))
      assert.equal((await a.get(id)).waitingFor, 'slot')
    },
    SHARED,
  )

  it(
    'take over the tasks of one that is dead once its leases have run out, and refuse what it says later',
    async (a) => {
      const b = await a.beside()
      const lost = await a.run({}, { lease: a.ticks(4) })
      assert.deepEqual(await b.claimIds(), [])
      await b.soon('the task is taken back', async () => (await b.get(lost.id)).state === 'NEW')
      assert.equal((await b.get(lost.id)).reason?.code, 'interrupted')
      const claim = await b.claimOnly(lost.id)
      assert.equal(claim.task.attempt, 2)
      assert.deepEqual(await a.engine.renew([lost], a.ticks(9)), ['lost'])
      assert.equal(await a.progress(lost, { percent: 99 }), undefined)
      assert.equal(await a.end(lost), undefined)
      assert.equal(await a.retry(lost), undefined)
      assert.equal((await b.end(claim))?.state, 'SUCCEEDED')
    },
    SHARED,
  )

  it(
    'hear that there is something to claim when the lease of another runs out',
    async (a) => {
      const b = await a.beside()
      await a.run({}, { lease: a.ticks(4) })
      const before = b.host.readyCalls
      await b.soon('there is something to claim', async () => b.host.readyCalls > before)
    },
    SHARED,
  )

  it(
    'leave each other’s tasks alone while the leases are renewed',
    async (a) => {
      const b = await a.beside()
      const claim = await a.run({}, { lease: a.ticks(5) })
      for (let n = 0; n < 4; n++) {
        await b.pass(2)
        await b.sweep()
        assert.deepEqual(await a.engine.renew([claim], a.ticks(5)), ['held'])
      }
      assert.deepEqual(await b.claimIds(), [])
      assert.equal((await a.end(claim))?.state, 'SUCCEEDED')
    },
    SHARED,
  )

  it(
    'free the key of a run that outlived its task when the process of it is dead',
    async (a) => {
      const b = await a.beside()
      const key = { concurrencyKey: 'tape-1' }
      const claim = await a.run(key, { lease: a.ticks(5) })
      await b.supersede(claim.id)
      const next = await b.add(key)
      for (let n = 0; n < 3; n++) {
        await b.pass(2)
        await a.engine.renew([claim], a.ticks(5))
        assert.deepEqual(await b.claimIds(), [])
      }
      await b.soon('the key is free', async () => (await b.get(next.id)).waitingFor === 'slot')
      await b.claimOnly(next.id)
    },
    SHARED,
  )
})
