import { expect } from 'chai'
import * as fc from 'fast-check'
import type { CreateOptions, Manager } from '../../src/index.ts'
import { FakeClock, settled, waitForState } from '../../src/testing/index.ts'
import { Manager as MemoryManager } from '../../src/index.ts'
import { closeNow, useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

describe('When a task may start', () => {
  const make = useManagers()

  function working() {
    const made = make()
    const ran: unknown[] = []
    made.manager.register('WORK', {
      run({ args }) {
        ran.push(args.n)
        if (args.fails) throw new Error('no')
      },
    })
    const create = async (n: number, options?: CreateOptions, fails = false) =>
      (await made.manager.create('WORK', { n, fails }, options)).task
    return { ...made, ran, create }
  }

  it('is not before its delay has passed, or the time that it was given', async () => {
    const { clock, create, ran } = working()
    const start = clock.now()
    const delayed = await create(1, { delay: '5m' })
    expect(delayed).to.include({ state: 'NEW', waitingFor: 'time', notBefore: start + 300_000 })
    await create(2, { notBefore: new Date(start + 120_000) })
    await create(3, { notBefore: new Date(start + 60_000).toISOString() })
    await create(4, { notBefore: start - 1 })
    await settled()
    expect(ran).to.deep.equal([4])
    for (const [wait, expected] of [
      ['59s', [4]],
      ['1s', [4, 3]],
      ['1m', [4, 3, 2]],
      ['3m', [4, 3, 2, 1]],
    ] as const) {
      await clock.advance(wait)
      expect(ran).to.deep.equal(expected)
    }
  })

  it('is after those that it comes after have succeeded, or been skipped', async () => {
    const { manager, create, ran } = working()
    const first = await create(1, { autoStart: false })
    const second = await create(2, { autoStart: false })
    const last = await create(3, { after: [first.id, { id: second.id, on: 'success' }] })
    expect(last).to.include({ waitingFor: 'dependency' })
    await manager.update(first.id, { state: 'ACTIVE' })
    await manager.waitFor(first.id)
    expect(await manager.get(last.id)).to.include({ state: 'NEW', waitingFor: 'dependency' })
    await manager.update(second.id, { state: 'SKIPPED' })
    await manager.waitFor(last.id)
    expect(ran).to.deep.equal([1, 3])
  })

  it('never comes where one that had to succeed did not', async () => {
    const { manager, create } = working()
    const failing = await create(1, {}, true)
    const hopeless = await create(2, { after: [failing.id] })
    const next = await create(3, { after: [hopeless.id] })
    const anyway = await create(4, { after: [{ id: failing.id, on: 'end' }] })
    const ended = await manager.waitFor(next.id)
    expect(await manager.get(hopeless.id)).to.include({ state: 'CANCELED', attempt: 0 })
    expect((await manager.get(hopeless.id)).reason).to.deep.equal({
      code: 'dependency',
      message: `task ${failing.id}, which it comes after, is FAILED`,
    })
    expect(ended.reason).to.include({ code: 'dependency' })
    expect(await manager.waitFor(anyway.id)).to.include({ state: 'SUCCEEDED' })
    expect((await create(5, { after: [failing.id] })).state).to.equal('CANCELED')
  })

  it('is in time, or it has expired', async () => {
    const { manager, clock, create, ran } = working()
    const held = await create(1, { autoStart: false, ttl: '1m' })
    const late = await create(2, { delay: '2m', ttl: '1m' })
    await create(3, { ttl: '1m' })
    await clock.advance('61s')
    for (const { id } of [held, late]) {
      const ended = await manager.get(id)
      expect(ended).to.include({ state: 'FAILED', attempt: 0 })
      expect(ended.reason).to.include({ code: 'expired' })
    }
    await clock.advance('5m')
    expect(ran).to.deep.equal([3])
  })

  it('goes by priority, and then by creation', async () => {
    const { manager } = make({ concurrency: 1 })
    const order: number[] = []
    const gate = door()
    manager.register('GATE', { run: () => gate.opened })
    manager.register('WORK', { run: ({ args }) => void order.push(args.n) })
    await manager.create('GATE')
    await settled()
    const priorities = [0, 5, -5, 5, 0, 1000, -1000]
    const created = await manager.createMany(
      priorities.map((priority, n) => ({ operation: 'WORK', args: { n }, options: { priority } })),
    )
    const last = created[2]!
    if ('task' in last) await manager.update(last.task.id, { priority: 999 })
    gate.open()
    await settled()
    await settled()
    expect(order).to.deep.equal([5, 2, 1, 3, 0, 4, 6])
  })
})

describe('The same task twice', () => {
  const make = useManagers()

  it('is one task, as long as one with the same dedupKey is unfinished', async () => {
    const { manager } = make()
    manager.register('A', { run: () => {} }).register('B', { run: () => {} })
    const options = { dedupKey: 'nightly', autoStart: false }
    const first = await manager.create('A', { n: 1 }, options)
    const second = await manager.create('A', { n: 2 }, options)
    expect(second).to.include({ duplicate: true })
    expect(second.task).to.deep.include({ id: first.task.id, args: { n: 1 } })
    expect(await manager.create('B', {}, options)).to.include({ duplicate: false })
    await manager.cancel(first.task.id)
    expect(await manager.create('A', {}, options)).to.include({ duplicate: false })
  })

  it('is one task for a day under the same idempotencyKey, even when it is gone', async () => {
    const { manager, clock } = make({ purgeDelay: '1m' })
    manager.register('A', { run: () => {} })
    const options = { idempotencyKey: 'k', subject: 'ann', tags: ['t'] }
    const first = await manager.create('A', { n: 1 }, options)
    await clock.advance('1h')
    await refusal('task-not-found', manager.get(first.task.id))
    const again = await manager.create('A', { n: 1 }, options)
    expect(again).to.include({ duplicate: true })
    expect(again.task.id).to.equal(first.task.id)
    await refusal('idempotency-mismatch', manager.create('A', { n: 2 }, options))
    await refusal('idempotency-mismatch', manager.create('A', { n: 1 }, { ...options, tags: [] }))
    expect(await manager.create('A', { n: 1 }, { ...options, subject: 'bob' })).to.include({
      duplicate: false,
    })
    await clock.advance('23h')
    expect(await manager.create('A', { n: 1 }, options)).to.include({ duplicate: false })
  })

  it('under one concurrencyKey runs one after the other, whatever its operation', async () => {
    const { manager } = make()
    let now = 0
    let most = 0
    const run = async (): Promise<void> => {
      most = Math.max(most, ++now)
      await settled()
      now--
    }
    manager.register('A', { run }).register('B', { run })
    const created = await manager.createMany(
      ['A', 'B', 'A', 'B'].map((operation) => ({ operation, options: { concurrencyKey: 'disk' } })),
    )
    await settled()
    const waiting = await manager.list({ state: ['NEW'] })
    expect(waiting.items.every(({ waitingFor }) => waitingFor === 'key')).to.be.true
    for (const one of created) if ('task' in one) await manager.waitFor(one.task.id)
    expect(most).to.equal(1)
  })
})

describe('The number of runs at once', () => {
  it('never is more than the operation and the manager allow, and all get their turn', async () => {
    const step = fc.record({
      operation: fc.constantFrom('A', 'B', 'C'),
      kind: fc.constantFrom('returns', 'waits', 'fails', 'works'),
    })
    const limits = fc.record({
      manager: fc.integer({ min: 1, max: 4 }),
      a: fc.integer({ min: 1, max: 3 }),
      b: fc.integer({ min: 1, max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { minLength: 1, maxLength: 25 }), async (limit, steps) => {
        const clock = new FakeClock()
        const manager: Manager = new MemoryManager({ clock, concurrency: limit.manager })
        const now = { A: 0, B: 0, C: 0 }
        const most = { A: limit.a, B: limit.b, C: Infinity }
        const check = (): void => {
          for (const name of ['A', 'B', 'C'] as const) expect(now[name]).to.be.at.most(most[name])
          expect(now.A + now.B + now.C).to.be.at.most(limit.manager)
        }
        const broken: unknown[] = []
        for (const name of ['A', 'B', 'C'] as const) {
          manager.register(name, {
            ...(name === 'C' ? {} : { concurrency: most[name] }),
            async run(ops) {
              const working = async (): Promise<void> => {
                now[name]++
                try {
                  check()
                } catch (error) {
                  broken.push(error)
                }
                await Promise.resolve()
                now[name]--
              }
              await working()
              if (ops.args.kind === 'fails') throw new Error('no')
              if (ops.args.kind === 'waits') await ops.waitFor('resource', settled())
              if (ops.args.kind !== 'returns') await working()
            },
          })
        }
        const created = await manager.createMany(
          steps.map(({ operation, kind }) => ({ operation, args: { kind } })),
        )
        for (const one of created) if ('task' in one) await manager.waitFor(one.task.id)
        await closeNow({ manager, clock })
        if (broken.length > 0) throw broken[0]
        expect(created).to.have.length(steps.length)
      }),
      { numRuns: 40 },
    )
  })

  it('is a hundred unless the manager is told another', async () => {
    const clock = new FakeClock()
    const manager = new MemoryManager({ clock })
    const gate = door()
    manager.register('WORK', { run: () => gate.opened })
    await manager.createMany(Array.from({ length: 130 }, () => ({ operation: 'WORK' })))
    await settled()
    expect(manager.status()).to.include({ running: 100 })
    const { items } = await manager.list({ state: ['NEW'], limit: 1 })
    expect(items[0]).to.include({ waitingFor: 'slot' })
    gate.open()
    await waitForState(manager, items[0]!.id, 'SUCCEEDED')
    await closeNow({ manager, clock })
  })
})

describe('An ended task', () => {
  const make = useManagers()

  it('is kept as long as its creation says, or its animator, or the manager', async () => {
    const { manager, clock } = make({ purgeDelay: '3m' })
    manager.register('LONG', { retain: '10m', run: () => {} }).register('PLAIN', { run: () => {} })
    const ids = {
      '1m': (await manager.create('LONG', {}, { retain: '1m' })).task.id,
      '3m': (await manager.create('PLAIN')).task.id,
      '10m': (await manager.create('LONG')).task.id,
    }
    const left = async () => {
      const { items } = await manager.list()
      return Object.entries(ids)
        .filter(([, id]) => items.some((task) => task.id === id))
        .map(([time]) => time)
    }
    await clock.advance('59s')
    expect(await left()).to.deep.equal(['1m', '3m', '10m'])
    await clock.advance('1s')
    expect(await left()).to.deep.equal(['3m', '10m'])
    await clock.advance('2m')
    expect(await left()).to.deep.equal(['10m'])
    await clock.advance('7m')
    expect(await left()).to.deep.equal([])
  })

  it('is kept a minute by default, and one that has not ended for ever', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { run: () => {} })
    await manager.create('WORK')
    const { task: held } = await manager.create('WORK', {}, { autoStart: false })
    await clock.advance('59s')
    expect(await manager.count()).to.equal(2)
    await clock.advance('1s')
    expect(await manager.count()).to.equal(1)
    await clock.advance('400d')
    expect(await manager.get(held.id)).to.include({ state: 'NEW' })
  })

  it('stays while an unfinished one comes after it', async () => {
    const { manager, clock } = make({ purgeDelay: '1m' })
    manager.register('WORK', { run: () => {} })
    const { task: first } = await manager.create('WORK')
    const { task: next } = await manager.create('WORK', {}, { after: [first.id], autoStart: false })
    await clock.advance('1h')
    expect(await manager.get(first.id)).to.include({ state: 'SUCCEEDED' })
    await manager.update(next.id, { state: 'ACTIVE' })
    await clock.advance('61s')
    await refusal('task-not-found', manager.get(first.id))
  })
})
