import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const told = (t: Bench): string[] => t.host.events.map(({ type, task }) => `${type} ${task.id} ${task.state}`)
const MEMORY = { notDurable: 'nothing is lost with the process' }

export const events = theme('events', (it) => {
  it('says of itself what it is', async (t, { traits }) => {
    assert.deepEqual({ ...t.engine.traits }, traits)
    assert.notEqual(t.engine.name, '')
  })

  it('may be called from within what it tells, and still tells everything in order', async (t) => {
    const answers: Promise<unknown>[] = []
    const stop = t.host.whenTold(() => {
      if (t.host.readyCalls === 0) return
      stop()
      answers.push(t.claim(), t.cancel('b'), t.add({ id: 'c', held: true }))
    })
    await t.insert({ id: 'a' }, { id: 'b', held: true })
    await t.told('that there is something to claim', () => answers.length > 0)
    await Promise.all(answers)
    await t.told('all', () => t.host.events.length >= 5)
    assert.deepEqual(told(t), [
      'created a NEW',
      'created b NEW',
      'updated a ACTIVE',
      'updated b CANCELED',
      'created c NEW',
    ])
  })

  it('tells of each change, in order, with the task as the change left it', async (t) => {
    const { id } = await t.add({ id: 'a', retain: t.ticks(1) })
    const claim = await t.claimOnly(id)
    await t.amend(claim, { state: 'WAITING', waitingFor: 'resource' })
    await t.amend(claim, { state: 'ACTIVE' })
    await t.retry(claim)
    await t.end(await t.claimOnly(id))
    await t.pass(2)
    await t.told('all', () => t.host.events.length >= 8)
    assert.deepEqual(told(t), [
      'created a NEW',
      'updated a ACTIVE',
      'updated a WAITING',
      'updated a ACTIVE',
      'updated a NEW',
      'updated a ACTIVE',
      'updated a SUCCEEDED',
      'deleted a SUCCEEDED',
    ])
  })

  it('tells of the tasks of a batch in the order of the batch', async (t) => {
    await t.insert({ id: 'a' }, { id: 'b' }, { id: 'c' })
    await t.claim()
    await t.told('all', () => t.host.events.length >= 6)
    assert.deepEqual(told(t), [
      'created a NEW',
      'created b NEW',
      'created c NEW',
      'updated a ACTIVE',
      'updated b ACTIVE',
      'updated c ACTIVE',
    ])
  })

  it('tells what follows from a change after it: dependents and expiries', async (t) => {
    const first = await t.run({ id: 'a' })
    await t.insert(
      { id: 'b', after: [{ id: 'a', on: 'success' }] },
      { id: 'c', after: [{ id: 'b', on: 'success' }] },
    )
    await t.told('what came before', () => t.host.events.length >= 4)
    t.host.events.length = 0
    await t.end(first, 'FAILED')
    await t.told('all', () => t.host.events.length >= 3)
    assert.deepEqual(told(t), ['updated a FAILED', 'updated b CANCELED', 'updated c CANCELED'])
  })

  it('tells nothing of what was refused, repeated or too late', async (t) => {
    const draft = t.draft()
    await t.engine.insert([draft])
    const claim = await t.claimOnly(draft.id)
    await t.end(claim)
    await t.time.settled()
    t.host.events.length = 0
    await t.engine.insert([draft, t.draft({ parentId: 'nobody' })])
    await t.progress(claim, { percent: 1 })
    await t.end(claim)
    await t.cancel(claim.id)
    await t.supersede(claim.id)
    await t.cancel('nobody')
    await t.time.settled()
    assert.deepEqual(told(t), [])
  })

  it('does the same when nobody listens', async (t) => {
    t.host.isListening = false
    const first = await t.run({ retain: t.ticks(2) })
    const dependent = await t.add({ after: [{ id: first.id, on: 'success' }], retain: t.ticks(2) })
    await t.progress(first, { percent: 50 })
    await t.end(first)
    const task = await t.end(await t.claimOnly(dependent.id))
    assert.equal(task?.state, 'SUCCEEDED')
    assert.equal((await t.get(first.id)).progress?.percent, 50)
    assert.deepEqual(
      (await t.get(first.id)).messages.map((message) => message.text),
      ['created', 'ACTIVE', 'SUCCEEDED: the run returned'],
    )
    await t.pass(3)
    assert.equal(await t.engine.count({}), 0)
    assert.deepEqual(t.host.events, [])
  })

  it('tells that there is something to claim when a task is stored', async (t) => {
    await t.add()
    await t.told('that there is something to claim', () => t.host.readyCalls > 0)
  })

  for (const [way, come] of [
    ['released', (t: Bench, claim: Parameters<Bench['release']>[0]) => t.release(claim)],
    ['retried', (t: Bench, claim: Parameters<Bench['release']>[0]) => t.retry(claim)],
  ] as const) {
    it(`tells that there is something to claim when a task is ${way}`, async (t) => {
      const claim = await t.run()
      await t.time.settled()
      const before = t.host.readyCalls
      await come(t, claim)
      await t.told('that there is something to claim', () => t.host.readyCalls > before)
    })
  }

  it(
    'tells when there is unfinished work that would be lost, and when it is done',
    async (t) => {
      const last = () => t.host.unfinishedCalls.at(-1)
      assert.notEqual(last(), true)
      const { id } = await t.add()
      assert.equal(last(), true)
      await t.add({ id: 'held', held: true })
      const claim = await t.claimOnly(id)
      await t.retry(claim, t.ticks(1))
      await t.pass(1)
      await t.end(await t.claimOnly(id))
      assert.equal(last(), true)
      await t.cancel('held')
      assert.equal(last(), false)
      await t.add()
      assert.equal(last(), true)
    },
    MEMORY,
  )

  it(
    'does not tell again and again that there is unfinished work',
    async (t) => {
      const [first, second] = [await t.run(), await t.run()]
      await t.addMany(5)
      await t.end(first)
      await t.retry(second)
      assert.deepEqual(t.host.unfinishedCalls.filter(Boolean), [true])
    },
    MEMORY,
  )
})
