import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'
import { workerOf } from './samples.ts'
import { theme } from './theme.ts'

const ids = async (t: Bench): Promise<string[]> => (await t.engine.workers()).map(({ id }) => id)

export const workers = theme('workers', (it) => {
  it('knows none before one has announced itself', async (t) => {
    assert.deepEqual(await t.engine.workers(), [])
    assert.equal(await t.engine.setWorker('w1', 'paused'), undefined)
  })

  it('shows a worker as it announced itself, running, and when it did', async (t) => {
    const draft = workerOf(t, { tags: ['gpu', 'big'], operations: ['SWEEP', 'BACKUP'], running: 2 })
    assert.equal(await t.engine.announce(draft, t.ticks(20)), 'running')
    const [worker, ...others] = await t.engine.workers()
    assert.deepEqual(others, [])
    const { heartbeatAt, ...rest } = worker!
    assert.deepEqual(rest, { ...draft, mode: 'running' })
    t.sameTime(heartbeatAt, t.time.now(), 'heartbeatAt')
  })

  it('shows what a worker announced last', async (t) => {
    await t.engine.announce(workerOf(t), t.ticks(20))
    const before = (await t.engine.workers())[0]!.heartbeatAt
    await t.pass(1)
    await t.engine.announce(workerOf(t, { running: 3, operations: [] }), t.ticks(20))
    const [worker] = await t.engine.workers()
    assert.equal(worker?.running, 3)
    assert.deepEqual(worker.operations, [])
    assert.equal(worker.tags, undefined)
    assert.ok(worker.heartbeatAt > before, 'heartbeatAt')
  })

  it('lists them in the order of their ids', async (t) => {
    for (const id of ['b', 'a-2', 'c', 'a']) await t.engine.announce(workerOf(t, { id }), t.ticks(20))
    assert.deepEqual(await ids(t), ['a', 'a-2', 'b', 'c'])
  })

  it('counts a worker as alive for so long after each sign of life', async (t) => {
    await t.engine.announce(workerOf(t, { id: 'short' }), t.ticks(5))
    await t.engine.announce(workerOf(t, { id: 'long' }), t.ticks(40))
    await t.pass(1)
    assert.deepEqual(await ids(t), ['long', 'short'])
    await t.engine.announce(workerOf(t, { id: 'short' }), t.ticks(5))
    await t.pass(3)
    assert.deepEqual(await ids(t), ['long', 'short'])
    await t.pass(3)
    assert.deepEqual(await ids(t), ['long'])
    assert.equal(await t.engine.setWorker('short', 'paused'), undefined)
  })

  it('forgets a worker that has left', async (t) => {
    await t.engine.announce(workerOf(t), t.ticks(20))
    await t.engine.dismiss('w1')
    await t.engine.dismiss('nobody')
    assert.deepEqual(await ids(t), [])
  })

  for (const mode of ['paused', 'draining', 'running'] as const) {
    it(`asks a worker to be ${mode}: in its list, by its next announcement, and at once`, async (t) => {
      await t.engine.announce(workerOf(t), t.ticks(20))
      await t.engine.setWorker('w1', mode === 'running' ? 'paused' : 'running')
      t.host.modes.length = 0
      const worker = await t.engine.setWorker('w1', mode)
      assert.deepEqual([worker?.id, worker?.mode, worker?.pid], ['w1', mode, 4711])
      assert.equal((await t.engine.workers())[0]?.mode, mode)
      await t.told('its host', () => t.host.modes.at(-1) === mode)
      assert.equal(await t.engine.announce(workerOf(t, { running: 1 }), t.ticks(20)), mode)
      assert.equal((await t.engine.workers())[0]?.mode, mode)
    })
  }

  it('asks one worker, and leaves the others as they are', async (t) => {
    await t.engine.announce(workerOf(t, { id: 'w1' }), t.ticks(20))
    await t.engine.announce(workerOf(t, { id: 'w2' }), t.ticks(20))
    await t.engine.setWorker('w2', 'paused')
    assert.equal(await t.engine.announce(workerOf(t, { id: 'w1' }), t.ticks(20)), 'running')
    assert.deepEqual(
      (await t.engine.workers()).map(({ id, mode }) => `${id} ${mode}`),
      ['w1 running', 'w2 paused'],
    )
  })

  it('lets a worker that was dismissed come back as a new one', async (t) => {
    await t.engine.announce(workerOf(t), t.ticks(20))
    await t.engine.setWorker('w1', 'draining')
    await t.engine.dismiss('w1')
    assert.equal(await t.engine.announce(workerOf(t), t.ticks(20)), 'running')
  })
})

export const waitingForWorkers = theme('waiting for a worker', (it) => {
  const whatFor = async (t: Bench, id: string): Promise<unknown> => (await t.get(id)).waitingFor

  it('says of a task that it waits for a slot while no worker was ever announced', async (t) => {
    assert.equal((await t.add()).waitingFor, 'slot')
  })

  it('says of a task that it waits for a worker while none has its operation', async (t) => {
    await t.engine.announce(workerOf(t, { operations: ['BACKUP'] }), t.ticks(20))
    const { id, waitingFor } = await t.add()
    assert.equal(waitingFor, 'worker')
    assert.equal((await t.add({ operation: 'BACKUP' })).waitingFor, 'slot')
    await t.engine.announce(workerOf(t, { id: 'w2', operations: ['BACKUP', 'SWEEP'] }), t.ticks(20))
    assert.equal(await whatFor(t, id), 'slot')
  })

  it('says so of a task that was there before the first worker was', async (t) => {
    const { id } = await t.add()
    await t.engine.announce(workerOf(t, { operations: ['BACKUP'] }), t.ticks(20))
    assert.equal(await whatFor(t, id), 'worker')
  })

  it('says so while none has its tags', async (t) => {
    const [both, none] = [await t.add({ tags: ['gpu', 'big'] }), await t.add()]
    await t.engine.announce(workerOf(t, { id: 'w1', tags: ['gpu', 'fast'] }), t.ticks(20))
    await t.engine.announce(workerOf(t, { id: 'w2', tags: ['big'] }), t.ticks(20))
    assert.equal(await whatFor(t, both.id), 'worker')
    assert.equal(await whatFor(t, none.id), 'slot')
    await t.engine.announce(workerOf(t, { id: 'w2', tags: ['big', 'gpu'] }), t.ticks(20))
    assert.equal(await whatFor(t, both.id), 'slot')
  })

  it('takes a worker without tags for one that takes any task', async (t) => {
    const { id } = await t.add({ tags: ['gpu'] })
    await t.engine.announce(workerOf(t, { tags: [] }), t.ticks(20))
    assert.equal(await whatFor(t, id), 'worker')
    await t.engine.announce(workerOf(t), t.ticks(20))
    assert.equal(await whatFor(t, id), 'slot')
  })

  it('says so while those who have it are paused, drain, have left or are dead', async (t) => {
    const { id } = await t.add()
    await t.engine.announce(workerOf(t), t.ticks(20))
    for (const mode of ['paused', 'draining'] as const) {
      await t.engine.setWorker('w1', mode)
      assert.equal(await whatFor(t, id), 'worker', mode)
    }
    await t.engine.setWorker('w1', 'running')
    assert.equal(await whatFor(t, id), 'slot')
    await t.engine.dismiss('w1')
    assert.equal(await whatFor(t, id), 'worker')
    await t.engine.announce(workerOf(t), t.ticks(4))
    assert.equal(await whatFor(t, id), 'slot')
    await t.pass(5)
    assert.equal(await whatFor(t, id), 'worker')
  })

  it('says it of those only that could be claimed: others wait for what they wait for', async (t) => {
    await t.engine.announce(workerOf(t, { operations: [] }), t.ticks(20))
    assert.equal((await t.add({ held: true })).waitingFor, 'start')
    assert.equal((await t.add({ delay: t.ticks(20) })).waitingFor, 'time')
  })

  it('hands out its tasks all the same to whoever asks', async (t) => {
    await t.engine.announce(workerOf(t, { operations: [] }), t.ticks(20))
    const { id } = await t.add()
    await t.claimOnly(id)
  })
})
