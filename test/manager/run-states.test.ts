import { expect } from 'chai'
import type { EndState, TaskOps } from '../../src/index.ts'
import { collectEvents, settled, waitForState } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { rejection } from '../rejection.ts'
import { door, never, refusal } from './promises.ts'

describe('A run that sets its own state', () => {
  const make = useManagers()

  it('to an ended one ends at once, even inside its own try and catch', async () => {
    const { manager } = make()
    const after = door<unknown[]>()
    manager.register('WORK', {
      async run(ops) {
        const caught: unknown[] = []
        try {
          ops.setState('SKIPPED', { message: 'nothing to do', result: { n: 0 } })
        } catch (error) {
          caught.push((error as Error).name, ops.signal.aborted, ops.isCanceled())
        }
        ops.setProgress({ percent: 50 })
        ops.log('info', 'too late')
        ops.output('items').write('too late')
        caught.push(await rejection(ops.create('WORK')), await rejection(ops.waitFor('action')))
        try {
          ops.setState('FAILED')
        } catch (error) {
          caught.push((error as Error).name)
        }
        after.open(caught)
        return 'too late'
      },
    })
    const { task } = await manager.create('WORK')
    const ended = await manager.waitFor(task.id)
    expect(ended).to.deep.include({
      state: 'SKIPPED',
      result: { n: 0 },
      reason: { code: 'set-by-run', message: 'nothing to do' },
    })
    const [name, aborted, canceled, created, waited, again] = await after.opened
    expect([name, aborted, canceled, again]).to.deep.equal(['RunEnded', true, true, 'RunEnded'])
    for (const error of [created, waited]) expect(error).to.include({ code: 'lease-lost' })
    await settled()
    expect(await manager.get(task.id)).to.deep.equal(ended)
    expect(ended.progress).to.equal(undefined)
    for (const stream of ['log', 'items'] as const)
      expect((await manager.output(task.id, { stream })).items).to.deep.equal([])
    expect(manager.status()).to.include({ running: 0 })
  })

  it('may choose each of the ended states, and is not tried again', async () => {
    const { manager } = make()
    manager.register('WORK', {
      retry: { limit: 3, backoff: 0 },
      run: (ops) => ops.setState(ops.args.state as EndState, { error: new TypeError('why') }),
    })
    for (const state of ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED']) {
      const { task } = await manager.create('WORK', { state })
      const ended = await manager.waitFor(task.id)
      expect(ended).to.include({ state, attempt: 1 })
      expect(ended.error).to.include({ name: 'TypeError', message: 'why' })
      expect(ended.reason).to.deep.equal({ code: 'set-by-run', message: `the run set ${state}` })
    }
  })

  it('keeps what it told before, and keeps its slot until its function is done', async () => {
    const { manager, clock } = make({ concurrency: 1 })
    const end = door()
    manager.register('WORK', {
      async run(ops) {
        ops.setProgress({ done: 3, total: 4 })
        ops.log('info', 'before')
        try {
          ops.setState('SUCCEEDED')
        } finally {
          await end.opened
        }
      },
    })
    const { task } = await manager.create('WORK')
    const { task: next } = await manager.create('WORK')
    const ended = await manager.waitFor(task.id)
    expect(ended.progress).to.include({ percent: 75, done: 3, total: 4 })
    expect((await manager.output(task.id, { stream: 'log' })).items).to.have.length(1)
    await clock.advance('50s')
    expect(await manager.get(next.id)).to.include({ state: 'NEW' })
    end.open()
    expect(await manager.waitFor(next.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('aborts what it has set off', async () => {
    const { manager } = make()
    const reason = door<unknown>()
    manager.register('WORK', {
      run(ops) {
        ops.signal.addEventListener('abort', () => reason.open(ops.signal.reason))
        ops.setState('FAILED')
      },
    })
    await manager.create('WORK')
    expect(await reason.opened).to.include({ code: 'superseded' })
  })

  it('to WAITING and back stays in its slot', async () => {
    const { manager } = make({ concurrency: 1 })
    const ops = door<TaskOps>()
    const end = door()
    manager.register('WORK', {
      run(own) {
        own.setState('WAITING', { waitingFor: 'resource', message: 'the disk is full' })
        ops.open(own)
        return end.opened
      },
    })
    const { task } = await manager.create('WORK')
    const { task: next } = await manager.create('WORK')
    const waiting = await waitForState(manager, task.id, 'WAITING')
    expect(waiting).to.include({ waitingFor: 'resource' })
    expect(await manager.get(next.id)).to.include({ state: 'NEW' })
    ;(await ops.opened).setState('ACTIVE')
    await settled()
    const active = await manager.get(task.id)
    expect(active).to.include({ state: 'ACTIVE' })
    expect(active.waitingFor).to.equal(undefined)
    expect(active.messages.map(({ text }) => text)).to.include('WAITING for resource: the disk is full')
    end.open()
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('to one that there is not is refused, and fails as any throw', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => ops.setState(ops.args.state as EndState) })
    for (const state of ['NEW', 'DONE', undefined]) {
      const { task } = await manager.create('WORK', { state })
      const ended = await manager.waitFor(task.id)
      expect(ended).to.include({ state: 'FAILED' })
      expect(ended.error).to.include({ code: 'invalid-option' })
    }
  })
})

describe('A run that waits', () => {
  const make = useManagers()

  it('gives its slot to others, and comes back ahead of those that have not begun', async () => {
    const { manager } = make({ concurrency: 1 })
    const order: string[] = []
    const gates = { wait: door(), other: door() }
    manager.register('WAITS', {
      async run(ops) {
        order.push('waits')
        const got = await ops.waitFor(
          'resource',
          gates.wait.opened.then(() => 'the resource'),
        )
        order.push(got)
      },
    })
    manager.register('OTHER', {
      async run({ args }) {
        order.push(args.name)
        if (args.name === 'first') await gates.other.opened
      },
    })
    const { task } = await manager.create('WAITS')
    await waitForState(manager, task.id, 'WAITING')
    expect(await manager.get(task.id)).to.include({ waitingFor: 'resource' })
    const { task: first } = await manager.create('OTHER', { name: 'first' })
    await waitForState(manager, first.id, 'ACTIVE')
    const { task: second } = await manager.create('OTHER', { name: 'second' }, { priority: 1000 })
    gates.wait.open()
    await settled()
    expect(await manager.get(task.id)).to.include({ state: 'WAITING' })
    gates.other.open()
    await manager.waitFor(second.id)
    expect(order).to.deep.equal(['waits', 'first', 'the resource', 'second'])
  })

  it('is rejected when it is canceled, and may clean up at once though all slots are taken', async () => {
    const { manager } = make({ concurrency: 1 })
    const cleaned = door()
    const gate = door()
    manager.register('WAITS', {
      async run(ops) {
        try {
          await ops.waitFor('resource', gate.opened)
        } finally {
          cleaned.open()
        }
      },
    })
    manager.register('STUCK', { run: () => never })
    const waits = [await manager.create('WAITS'), await manager.create('WAITS')].map(({ task }) => task.id)
    for (const id of waits) await waitForState(manager, id, 'WAITING')
    await manager.create('STUCK')
    await settled()
    await manager.cancel(waits[0]!)
    await cleaned.opened
    expect(await manager.waitFor(waits[0]!)).to.include({ state: 'CANCELED' })
    // The other one queues for its slot by now.
    gate.open()
    await settled()
    expect(await manager.get(waits[1]!)).to.include({ state: 'WAITING' })
    await manager.cancel(waits[1]!)
    expect(await manager.waitFor(waits[1]!)).to.include({ cancelRequested: true })
    expect(manager.status()).to.include({ running: 1, abandoned: 0 })
  })

  it('for action goes on when somebody sets it ACTIVE', async () => {
    const { manager } = make()
    manager.register('ASKS', {
      async run(ops) {
        await ops.waitFor('action')
        return 'approved'
      },
    })
    const { task } = await manager.create('ASKS')
    const { events } = collectEvents(manager)
    await waitForState(manager, task.id, 'WAITING')
    const resumed = await manager.update(task.id, { state: 'ACTIVE' }, { subject: 'ann' })
    expect(resumed).to.include({ state: 'ACTIVE' })
    expect(resumed.waitingFor).to.equal(undefined)
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({ state: 'SUCCEEDED', result: 'approved' })
    expect(ended.messages.map(({ text }) => text)).to.deep.equal([
      'created',
      'ACTIVE',
      'WAITING for action',
      'ACTIVE: resumed by ann',
      'SUCCEEDED: the run returned',
    ])
    expect(events.at(-1)!.task).to.include({ state: 'SUCCEEDED' })
  })

  it('passes on what its promise rejects with', async () => {
    const { manager } = make()
    manager.register('WORK', {
      run: (ops) => ops.waitFor('resource', Promise.reject(new Error('no such resource'))),
    })
    const { task } = await manager.create('WORK')
    expect((await manager.waitFor(task.id)).error).to.include({ message: 'no such resource' })
  })

  it('for several things at once and is canceled leaves no slot taken', async () => {
    const { manager } = make({ concurrency: 1 })
    manager.register('BOTH', {
      run: (ops) => Promise.all([ops.waitFor('resource', never), ops.waitFor('resource', never)]),
    })
    manager.register('NEXT', { run: () => 'next' })
    const { task } = await manager.create('BOTH')
    await waitForState(manager, task.id, 'WAITING')
    await settled()
    await manager.cancel(task.id)
    expect(await manager.waitFor(task.id)).to.include({ state: 'CANCELED' })
    await settled()
    const { task: next } = await manager.create('NEXT')
    await settled()
    expect(await manager.get(next.id)).to.include({ state: 'SUCCEEDED' })
  })

  it('for several things at once has one slot or none', async () => {
    const { manager } = make({ concurrency: 1 })
    let now = 0
    let most = 0
    const count = async () => {
      most = Math.max(most, ++now)
      await settled()
      now--
    }
    manager.register('BOTH', {
      async run(ops) {
        await Promise.all([ops.waitFor('resource', settled()), ops.waitFor('resource', settled())])
        await count()
      },
    })
    manager.register('LEAVES', {
      async run(ops) {
        await Promise.race([ops.waitFor('resource', never), settled()])
      },
    })
    manager.register('COUNTS', { run: count })
    const created = await manager.createMany(
      ['LEAVES', 'BOTH', 'LEAVES', 'COUNTS', 'BOTH', 'COUNTS', 'COUNTS'].map((operation) => ({ operation })),
    )
    for (const one of created) if ('task' in one) await manager.waitFor(one.task.id)
    await settled()
    expect(most).to.equal(1)
    expect(manager.status()).to.include({ running: 0 })
  })
})

describe('A run that creates children', () => {
  const make = useManagers()

  it('has them below it, and finds those with a name again when it is tried again', async () => {
    const { manager, clock } = make()
    let children = 0
    manager.register('CHILD', { run: ({ args }) => (children++, args.part) })
    manager.register('PARENT', {
      retry: { limit: 1, backoff: '1s' },
      async run(ops) {
        const parts = await Promise.all(
          ['a', 'b'].map((part) => ops.create('CHILD', { part }, { name: part, tags: ['part'] })),
        )
        const ended = ops.waitFor('children', Promise.all(parts.map(({ task }) => manager.waitFor(task.id))))
        const results = (await ended).map(({ result }) => result)
        if (ops.attempt === 1) throw new Error('once more')
        return { results, duplicates: parts.map(({ duplicate }) => duplicate) }
      },
    })
    const { task } = await manager.create('PARENT')
    await clock.advance('2s')
    expect((await manager.get(task.id)).result).to.deep.equal({
      results: ['a', 'b'],
      duplicates: [true, true],
    })
    expect(children).to.equal(2)
    const { items } = await manager.list({ parentId: task.id, sort: 'createdAt' })
    expect(items.map(({ name, tags }) => [name, ...tags])).to.deep.equal([
      ['a', 'part'],
      ['b', 'part'],
    ])
  })

  it('creates them on behalf of whoever created it, unless it says otherwise', async () => {
    const { manager } = make()
    manager.register('CHILD', { run: () => {} })
    manager.register('PARENT', {
      async run(ops) {
        const plain = await ops.create('CHILD')
        const other = await ops.create('CHILD', {}, { subject: 'bob' })
        return [plain.task.createdBy, other.task.createdBy]
      },
    })
    const { task } = await manager.create('PARENT', {}, { subject: { id: 'ann' } })
    expect((await manager.waitFor(task.id)).result).to.deep.equal(['ann', 'bob'])
  })

  it('is told why a child is refused', async () => {
    const { manager } = make()
    manager.register('PARENT', { run: (ops) => ops.create('NOBODY') })
    const { task } = await manager.create('PARENT')
    expect((await manager.waitFor(task.id)).error).to.include({ code: 'unsupported-operation' })
  })

  it('is kept as long as any of them, and goes with all of them', async () => {
    const { manager, clock } = make({ purgeDelay: '10s' })
    manager.register('CHILD', { run: () => {} })
    manager.register('PARENT', { run: async (ops) => void (await ops.create('CHILD', {}, { delay: '1m' })) })
    const { task } = await manager.create('PARENT')
    await clock.advance('50s')
    expect(await manager.get(task.id)).to.include({ state: 'SUCCEEDED' })
    await clock.advance('12s')
    expect(await manager.count()).to.equal(2)
    await clock.advance('10s')
    expect(await manager.count()).to.equal(0)
    await refusal('task-not-found', manager.get(task.id))
  })
})
