import assert from 'node:assert/strict'
import { FAILURE, RETURNED } from './samples.ts'
import { theme } from './theme.ts'

const BY_ANN = { code: 'canceled', message: 'not needed any more', by: 'ann' }

export const canceling = theme('cancel', (it) => {
  it('cancels a NEW task at once, and says by whom and why', async (t) => {
    const { id } = await t.add()
    const answer = await t.cancel(id)
    assert.equal(answer.outcome, 'canceled')
    assert.equal(answer.task?.state, 'CANCELED')
    assert.deepEqual(answer.task.reason, BY_ANN)
    t.sameTime(answer.task.endedAt, t.time.now(), 'endedAt')
    t.same(await t.get(id), answer.task)
    assert.deepEqual(await t.claimIds(), [])
    assert.deepEqual(t.host.orders, [])
  })

  it('cancels at once what is held, delayed, or waits for another task', async (t) => {
    const other = await t.run()
    const { length } = await t.insert(
      { id: 'a', held: true },
      { id: 'b', delay: t.ticks(5) },
      { id: 'c', after: [{ id: other.id, on: 'end' }] },
    )
    assert.equal(length, 3)
    for (const id of ['a', 'b', 'c']) assert.equal((await t.cancel(id)).outcome, 'canceled', id)
    await t.end(other)
    await t.pass(6)
    assert.deepEqual(await t.claimIds(), [])
  })

  it('cancels a task in its backoff at once, and keeps the error of the last attempt', async (t) => {
    const claim = await t.run()
    await t.retry(claim, t.ticks(5))
    const { outcome, task } = await t.cancel(claim.id)
    assert.equal(outcome, 'canceled')
    assert.deepEqual(task?.reason, BY_ANN)
    assert.deepEqual(task.error, FAILURE)
    await t.pass(6)
    assert.deepEqual(await t.claimIds(), [])
  })

  it('asks a run to stop: the task stays ACTIVE, and the run gets the order under its lease', async (t) => {
    const claim = await t.run()
    const { outcome, task } = await t.cancel(claim.id)
    assert.equal(outcome, 'requested')
    assert.equal(task?.state, 'ACTIVE')
    assert.equal(task.cancelRequested, true)
    assert.ok(task.version > claim.task.version)
    await t.told('the run to stop', () => t.host.orders.length > 0)
    assert.deepEqual(t.host.orders, [
      { id: claim.id, lease: claim.lease, kind: 'cancel', message: 'not needed any more', by: 'ann' },
    ])
  })

  it('asks a run that is WAITING to stop', async (t) => {
    const claim = await t.run()
    await t.amend(claim, { state: 'WAITING', waitingFor: 'action' })
    const { outcome, task } = await t.cancel(claim.id)
    assert.equal(outcome, 'requested')
    assert.equal(task?.state, 'WAITING')
    await t.told('the run to stop', () =>
      t.host.orders.some((order) => order.kind === 'cancel' && order.lease === claim.lease),
    )
  })

  it('answers a second cancel of a run the same, without another version', async (t) => {
    const claim = await t.run()
    const first = await t.cancel(claim.id)
    const second = await t.cancel(claim.id, { by: 'bob', message: 'again' })
    assert.equal(second.outcome, 'requested')
    t.same(second.task, first.task)
    t.same(await t.get(claim.id), first.task)
  })

  it('says that a task has ended before, and leaves it as it is', async (t) => {
    const ended = await t.ended()
    const { outcome, task } = await t.cancel(ended.id)
    assert.equal(outcome, 'ended')
    t.same(task, ended)
    const canceled = await t.add()
    await t.cancel(canceled.id)
    assert.equal((await t.cancel(canceled.id)).outcome, 'ended')
  })

  it('says that a task is missing', async (t) => {
    assert.deepEqual(await t.cancel('nobody'), { outcome: 'missing' })
  })

  it('answers each order of a batch in order', async (t) => {
    const [ended, running, fresh] = [await t.ended(), await t.run(), await t.add()]
    const order = { code: 'canceled', message: 'all of them' } as const
    const ids = [fresh.id, 'nobody', running.id, ended.id]
    const answers = await t.engine.requestCancel(ids.map((id) => ({ id, ...order })))
    assert.deepEqual(
      answers.map((answer) => answer.outcome),
      ['canceled', 'missing', 'requested', 'ended'],
    )
  })

  for (const kind of ['retry', 'release'] as const) {
    it(`turns a ${kind} into CANCELED while cancel is requested`, async (t) => {
      const claim = await t.run()
      await t.cancel(claim.id)
      const task = kind === 'retry' ? await t.retry(claim, t.ticks(1)) : await t.release(claim)
      assert.equal(task?.state, 'CANCELED')
      assert.deepEqual(task.reason, BY_ANN)
      if (kind === 'retry') assert.deepEqual(task.error, FAILURE)
      t.sameTime(task.endedAt, t.time.now(), 'endedAt')
      await t.pass(2)
      assert.deepEqual(await t.claimIds(), [])
    })

    it(`says that the manager was closing when a ${kind} becomes CANCELED for that`, async (t) => {
      const claim = await t.run()
      await t.cancel(claim.id, { code: 'shutdown', message: 'the manager is closing' })
      const task = kind === 'retry' ? await t.retry(claim) : await t.release(claim)
      assert.equal(task?.state, 'CANCELED')
      assert.equal(task.reason?.code, 'shutdown')
    })
  }

  it('cancels a NEW task for the closing of the manager, and says so', async (t) => {
    const { id } = await t.add()
    const { task } = await t.cancel(id, { code: 'shutdown', message: 'the manager is closing' })
    assert.equal(task?.state, 'CANCELED')
    assert.equal(task.reason?.code, 'shutdown')
  })

  it('lets a run that returned all the same succeed, with the request still to be seen', async (t) => {
    const claim = await t.run()
    await t.cancel(claim.id)
    const task = await t.end(claim)
    assert.equal(task?.state, 'SUCCEEDED')
    assert.deepEqual(task.reason, RETURNED)
    assert.equal(task.cancelRequested, true)
  })

  it('answers a repeated retry that became CANCELED with the stored task', async (t) => {
    const claim = await t.run()
    await t.cancel(claim.id)
    const first = await t.retry(claim)
    const again = await t.retry(claim)
    t.same(again, first)
  })

  it('does not cancel the children of a canceled task: whoever wants that asks for each', async (t) => {
    const parent = await t.add()
    const child = await t.add({ parentId: parent.id })
    await t.cancel(parent.id)
    assert.equal((await t.get(child.id)).state, 'NEW')
  })

  it('cancels ten thousand tasks in one call', async (t) => {
    const tasks = await t.addMany(10_000)
    const order = { code: 'canceled', message: 'enough' } as const
    const answers = await t.engine.requestCancel(tasks.map(({ id }) => ({ id, ...order })))
    assert.ok(answers.every((answer) => answer.outcome === 'canceled'))
    assert.equal(await t.engine.count({ state: ['CANCELED'] }), 10_000)
    assert.deepEqual(await t.claimIds(), [])
  })
})
