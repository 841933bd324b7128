import assert from 'node:assert/strict'
import type { EndState } from '../../core/states.ts'
import { CLOSING, FAILURE, RETURNED, THREW } from './samples.ts'
import { theme } from './theme.ts'

export const settling = theme('settle', (it) => {
  for (const state of ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const satisfies readonly EndState[]) {
    it(`ends a task as ${state}, with reason, result and time`, async (t) => {
      const claim = await t.run()
      await t.pass(1)
      const task = await t.settle(claim, { kind: 'end', state, reason: RETURNED, result: { deleted: 3 } })
      assert.ok(task)
      assert.equal(task.state, state)
      assert.deepEqual(task.reason, RETURNED)
      assert.deepEqual(task.result, { deleted: 3 })
      assert.equal(task.waitingFor, undefined)
      assert.equal(task.cancelRequested, false)
      assert.ok(task.version > claim.task.version)
      t.sameTime(task.endedAt, t.time.now(), 'endedAt')
      assert.equal(task.modifiedAt, task.endedAt)
      t.same(await t.get(claim.id), task)
      assert.deepEqual(await t.claimIds(), [])
    })
  }

  it('keeps the error of a task that failed, and says why in its messages', async (t) => {
    const task = await t.end(await t.run(), 'FAILED')
    assert.deepEqual(task?.error, FAILURE)
    assert.equal(task.messages.at(-1)?.text, 'FAILED: disk full')
  })

  it('takes a result that is false, zero, empty or null', async (t) => {
    for (const result of [false, 0, '', null]) {
      const task = await t.settle(await t.run(), {
        kind: 'end',
        state: 'SUCCEEDED',
        reason: RETURNED,
        result,
      })
      assert.equal(task?.result, result)
    }
  })

  it('ends a task that is WAITING', async (t) => {
    const claim = await t.run()
    await t.amend(claim, { state: 'WAITING', waitingFor: 'resource' })
    const task = await t.end(claim)
    assert.equal(task?.state, 'SUCCEEDED')
    assert.equal(task.waitingFor, undefined)
  })

  it('stores the last progress and output before the end', async (t) => {
    const claim = await t.run()
    const output = { entries: [{ stream: 'log', text: 'bye' } as const] }
    const task = await t.settle(
      claim,
      { kind: 'end', state: 'SUCCEEDED', reason: RETURNED },
      { progress: { percent: 100 }, output },
    )
    assert.equal(task?.progress?.percent, 100)
    assert.deepEqual(
      (await t.output(claim.id, 'log')).items.map((entry) => entry.text),
      ['bye'],
    )
  })

  it('brings a task to its retry back to NEW, with the reason, the error and the time', async (t) => {
    const claim = await t.run()
    const task = await t.retry(claim, t.ticks(2))
    assert.ok(task)
    assert.equal(task.state, 'NEW')
    assert.equal(task.waitingFor, 'time')
    assert.deepEqual(task.reason, THREW)
    assert.deepEqual(task.error, FAILURE)
    assert.equal(task.attempt, 1)
    assert.equal(task.endedAt, undefined)
    t.sameTime(task.notBefore, t.time.now() + t.ticks(2), 'notBefore')
    assert.match(task.messages.at(-1)?.text ?? '', /disk full/)
  })

  it('holds a retry back for its delay', async (t) => {
    const claim = await t.run()
    await t.retry(claim, t.ticks(2))
    await t.pass(1)
    assert.deepEqual(await t.claimIds(), [])
    await t.pass(1)
    assert.equal((await t.claimOnly(claim.id)).task.attempt, 2)
  })

  it('lets a retry without delay run at once', async (t) => {
    const claim = await t.run()
    assert.equal((await t.retry(claim, 0))?.waitingFor, 'slot')
    await t.claimOnly(claim.id)
  })

  it('forgets the error of an earlier attempt when a later one succeeds', async (t) => {
    const claim = await t.run()
    await t.retry(claim)
    const task = await t.end(await t.claimOnly(claim.id))
    assert.equal(task?.error, undefined)
    assert.deepEqual(task?.reason, RETURNED)
  })

  it('gives a released task back without counting the attempt', async (t) => {
    const claim = await t.run()
    const task = await t.release(claim)
    assert.equal(task?.state, 'NEW')
    assert.deepEqual(task.reason, CLOSING)
    assert.equal(task.waitingFor, 'slot')
    assert.equal((await t.claimOnly(claim.id)).task.attempt, 1)
  })

  it('tells in the messages of a released task that it ran, as the try that it was', async (t) => {
    const claim = await t.run()
    await t.release(claim)
    await t.claimOnly(claim.id)
    const { messages } = await t.get(claim.id)
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['created', 'ACTIVE', `NEW: ${CLOSING.message}`, 'ACTIVE'],
    )
  })

  it('releases a task that is WAITING', async (t) => {
    const claim = await t.run()
    await t.amend(claim, { state: 'WAITING', waitingFor: 'children' })
    const task = await t.release(claim)
    assert.equal(task?.state, 'NEW')
    assert.equal(task.waitingFor, 'slot')
  })

  it('stores progress and output of a run that is retried', async (t) => {
    const claim = await t.run()
    const output = { entries: [{ stream: 'log', text: 'no space' } as const] }
    await t.settle(
      claim,
      { kind: 'retry', delay: 0, reason: THREW, error: FAILURE },
      { progress: { percent: 40 }, output },
    )
    assert.equal((await t.get(claim.id)).progress?.percent, 40)
    assert.equal((await t.output(claim.id, 'log')).items.length, 1)
  })

  it('answers a repeated end with the stored task, and changes nothing', async (t) => {
    const claim = await t.run()
    const output = { entries: [{ stream: 'items', data: 1 } as const] }
    const settle = () =>
      t.settle(claim, { kind: 'end', state: 'SUCCEEDED', reason: RETURNED, result: 1 }, { output })
    const first = await settle()
    await t.pass(1)
    t.same(await settle(), first)
    t.same(await t.get(claim.id), first)
    assert.equal((await t.output(claim.id, 'items')).items.length, 1)
  })

  it('answers a repeated retry with the stored task, and changes nothing', async (t) => {
    const claim = await t.run()
    const first = await t.retry(claim, t.ticks(5))
    await t.pass(1)
    const again = await t.retry(claim, t.ticks(5))
    t.same(again, first)
    t.same(await t.get(claim.id), first)
  })

  it('answers a repeated release with the stored task, and counts back once', async (t) => {
    const first = await t.run()
    await t.retry(first)
    const second = await t.claimOnly(first.id)
    const released = await t.release(second)
    assert.equal((await t.release(second))?.version, released?.version)
    assert.equal((await t.claimOnly(first.id)).task.attempt, 2)
  })

  it('takes no other outcome for a run that has settled', async (t) => {
    const claim = await t.run()
    await t.end(claim)
    await t.end(claim, 'FAILED')
    await t.retry(claim)
    await t.release(claim)
    assert.equal((await t.get(claim.id)).state, 'SUCCEEDED')
  })

  it('does not disturb the next run when the settlement of the one before is repeated', async (t) => {
    const first = await t.run()
    await t.retry(first)
    const second = await t.claimOnly(first.id)
    await t.retry(first)
    await t.end(first)
    t.same(await t.get(first.id), second.task)
    assert.equal((await t.end(second))?.state, 'SUCCEEDED')
  })

  it('answers undefined to a lease that was never the task’s, and changes nothing', async (t) => {
    const [a, b] = [await t.run(), await t.run()]
    assert.equal(await t.end({ id: a.id, lease: b.lease }), undefined)
    assert.equal(await t.end({ id: 'nobody', lease: a.lease }), undefined)
    assert.equal((await t.get(a.id)).state, 'ACTIVE')
    assert.equal((await t.get(b.id)).state, 'ACTIVE')
  })

  it('settles the others of a batch when one has lost its lease', async (t) => {
    const [a, b, c] = [await t.run(), await t.run(), await t.run()]
    const end = { kind: 'end', state: 'SUCCEEDED', reason: RETURNED } as const
    const answers = await t.engine.settle([
      { id: a.id, lease: a.lease, outcome: end },
      { id: b.id, lease: 'stale', outcome: end },
      { id: c.id, lease: c.lease, outcome: end },
    ])
    assert.deepEqual(
      answers.map((task) => task?.state),
      ['SUCCEEDED', undefined, 'SUCCEEDED'],
    )
    assert.equal((await t.get(b.id)).state, 'ACTIVE')
  })

  it('refuses what an abandoned run still has to say', async (t) => {
    const claim = await t.run()
    const reason = { code: 'abandoned', message: 'it ignored its cancel' } as const
    const ended = await t.settle(claim, { kind: 'end', state: 'CANCELED', reason, stillRunning: true })
    assert.equal(await t.write(claim, { stream: 'log', text: 'late' }), undefined)
    await t.end(claim)
    await t.gone(claim)
    t.same(await t.get(claim.id), ended)
    assert.deepEqual((await t.output(claim.id, 'log')).items, [])
  })

  it('does not take word of a run that is gone for the end of its task', async (t) => {
    const claim = await t.run()
    await t.gone(claim)
    assert.equal((await t.get(claim.id)).state, 'ACTIVE')
    assert.equal((await t.end(claim))?.state, 'SUCCEEDED')
  })

  it('takes word of a run that is gone although its task is not there any more', async (t) => {
    const claim = await t.run()
    await t.end(claim, 'CANCELED', { stillRunning: true })
    await t.engine.remove([claim.id])
    await t.gone(claim)
    assert.equal(await t.isThere(claim.id), false)
  })
})
