import assert from 'node:assert/strict'
import type { Amendment } from '../../engine/contract.ts'
import { theme } from './theme.ts'

export const amending = theme('amend', (it) => {
  it('takes a run to WAITING, with what for, and back to ACTIVE', async (t) => {
    const claim = await t.run()
    const waiting = await t.amend(claim, { state: 'WAITING', waitingFor: 'resource' })
    assert.equal(waiting?.state, 'WAITING')
    assert.equal(waiting.waitingFor, 'resource')
    assert.ok(waiting.version > claim.task.version)
    const active = await t.amend(claim, { state: 'ACTIVE' })
    assert.equal(active?.state, 'ACTIVE')
    assert.equal(active.waitingFor, undefined)
    assert.ok(active.version > waiting.version)
    t.same(await t.get(claim.id), active)
  })

  it('tells all that a run can wait for', async (t) => {
    const claim = await t.run()
    for (const waitingFor of ['action', 'resource', 'children', 'time'] as const) {
      assert.equal((await t.amend(claim, { state: 'WAITING', waitingFor }))?.waitingFor, waitingFor)
    }
  })

  it('adds the message with its time', async (t) => {
    const claim = await t.run()
    await t.pass(1)
    const task = await t.amend(claim, {
      state: 'WAITING',
      waitingFor: 'action',
      message: 'please insert tape 2',
    })
    const last = task?.messages.at(-1)
    assert.match(last?.text ?? '', /please insert tape 2/)
    t.sameTime(last?.time, t.time.now(), 'the time of the message')
  })

  it('stores progress with its time', async (t) => {
    const claim = await t.run()
    await t.pass(1)
    const task = await t.progress(claim, { percent: 50, done: 1, total: 2, message: 'half way' })
    const { time, ...progress } = task?.progress ?? {}
    assert.deepEqual(progress, { percent: 50, done: 1, total: 2, message: 'half way' })
    t.sameTime(time, t.time.now(), 'the time of the progress')
    t.sameTime(task?.modifiedAt, t.time.now(), 'modifiedAt')
    assert.ok(task !== undefined && task.version > claim.task.version)
  })

  it('puts the new progress in place of the old one', async (t) => {
    const claim = await t.run()
    await t.progress(claim, { percent: 10, message: 'first folder' })
    const { time: _, ...progress } = (await t.progress(claim, { percent: 20 }))?.progress ?? {}
    assert.deepEqual(progress, { percent: 20 })
  })

  it('does not apply a repeated sequence number again, and answers the task as it is', async (t) => {
    const claim = await t.run()
    const change: Amendment = {
      id: claim.id,
      lease: claim.lease,
      seq: 1,
      progress: { percent: 10 },
      output: { entries: [{ stream: 'items', data: { a: 1 } }] },
    }
    const [first] = await t.engine.amend([change])
    const [again] = await t.engine.amend([change])
    assert.equal(again?.version, first?.version)
    assert.equal((await t.output(claim.id, 'items')).items.length, 1)
  })

  it('does not apply an earlier sequence number over a later one', async (t) => {
    const claim = await t.run()
    const change = (seq: number, percent: number): Amendment => ({
      id: claim.id,
      lease: claim.lease,
      seq,
      progress: { percent },
    })
    await t.engine.amend([change(1, 10)])
    await t.engine.amend([change(2, 20)])
    await t.engine.amend([change(1, 10)])
    assert.equal((await t.get(claim.id)).progress?.percent, 20)
  })

  it('begins the sequence numbers anew with each lease', async (t) => {
    const first = await t.run()
    await t.engine.amend([{ id: first.id, lease: first.lease, seq: 9, progress: { percent: 90 } }])
    await t.retry(first)
    const { id, lease } = await t.claimOnly(first.id)
    const [task] = await t.engine.amend([{ id, lease, seq: 1, progress: { percent: 10 } }])
    assert.equal(task?.progress?.percent, 10)
  })

  it('answers undefined to a lease that is not the task’s, and changes nothing', async (t) => {
    const first = await t.run()
    await t.retry(first)
    const second = await t.claimOnly(first.id)
    const before = await t.get(first.id)
    const change = {
      seq: 99,
      progress: { percent: 99 },
      output: { entries: [{ stream: 'log', text: 'late' }] },
    } as const
    const stale = [
      { id: first.id, lease: first.lease, ...change },
      { id: first.id, lease: 'never given', ...change },
      { id: 'nobody', lease: second.lease, ...change },
    ]
    assert.deepEqual(await t.engine.amend(stale), [undefined, undefined, undefined])
    t.same(await t.get(first.id), before)
    assert.deepEqual((await t.output(first.id, 'log')).items, [])
  })

  it('answers undefined once the task has ended, been released or been sent to its retry', async (t) => {
    const [ended, released, retried] = [await t.run(), await t.run(), await t.run()]
    await t.end(ended)
    await t.release(released)
    await t.retry(retried, t.ticks(9))
    for (const claim of [ended, released, retried])
      assert.equal(await t.progress(claim, { percent: 1 }), undefined)
    assert.equal((await t.get(ended.id)).progress, undefined)
  })

  it('applies the others of a batch when one has lost its lease', async (t) => {
    const [a, b] = [await t.run(), await t.run()]
    await t.end(a)
    const answers = await t.engine.amend([
      { id: a.id, lease: a.lease, seq: 1, progress: { percent: 1 } },
      { id: b.id, lease: b.lease, seq: 1, progress: { percent: 2 } },
    ])
    assert.equal(answers[0], undefined)
    assert.equal(answers[1]?.progress?.percent, 2)
  })

  it('applies several amendments of one run in one batch, in order', async (t) => {
    const { id, lease } = await t.run()
    const answers = await t.engine.amend([
      { id, lease, seq: 1, progress: { percent: 1 } },
      { id, lease, seq: 2, state: 'WAITING', waitingFor: 'children' },
      { id, lease, seq: 3, progress: { percent: 3 } },
    ])
    assert.equal(answers.at(-1)?.progress?.percent, 3)
    assert.equal(answers.at(-1)?.state, 'WAITING')
  })

  it('goes on taking what a run says that was asked to stop', async (t) => {
    const claim = await t.run()
    await t.cancel(claim.id)
    const task = await t.amend(claim, {
      progress: { percent: 99 },
      output: { entries: [{ stream: 'log', text: 'cleaning up' }] },
    })
    assert.equal(task?.progress?.percent, 99)
    assert.equal(task.cancelRequested, true)
    assert.equal((await t.output(claim.id, 'log')).items.length, 1)
  })

  it('keeps the first message and the newest of a task that has very many', async (t) => {
    const claim = await t.run()
    for (let i = 1; i <= 200; i++)
      await t.amend(claim, { state: 'WAITING', waitingFor: 'resource', message: `tape ${i}` })
    const { messages } = await t.get(claim.id)
    assert.equal(messages.length, 50)
    assert.equal(messages[0]?.text, 'created')
    assert.match(messages.at(-1)?.text ?? '', /tape 200/)
  })
})
