import { expect } from 'chai'
import { DoNotRetryError, FailedWithResult, TimedOut, type Task } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { never } from './promises.ts'

describe('The end of a run', () => {
  const make = useManagers()

  async function endOf(run: () => unknown): Promise<Task> {
    const { manager } = make()
    manager.register('WORK', { run })
    const { task } = await manager.create('WORK')
    return manager.waitFor(task.id)
  }

  it('by returning is SUCCEEDED, whether the function is async or not', async () => {
    for (const run of [() => ({ n: 1 }), async () => ({ n: 1 })]) {
      const task = await endOf(run)
      expect(task).to.deep.include({
        state: 'SUCCEEDED',
        attempt: 1,
        result: { n: 1 },
        reason: { code: 'returned', message: 'the run returned' },
      })
      expect(task.messages.map(({ text }) => text)).to.deep.equal([
        'created',
        'ACTIVE',
        'SUCCEEDED: the run returned',
      ])
    }
  })

  it('may have any JSON as its result, or none', async () => {
    for (const result of [null, 0, '', false, [], [1, { a: null }]])
      expect((await endOf(() => result)).result).to.deep.equal(result)
    expect((await endOf(() => {})).result).to.equal(undefined)
  })

  it('by throwing may leave a result all the same', async () => {
    const task = await endOf(() => {
      throw new FailedWithResult('three of four', { done: 3 }, { code: 'partly' })
    })
    expect(task).to.deep.include({ state: 'FAILED', result: { done: 3 } })
    expect(task.error).to.include({ name: 'FailedWithResult', message: 'three of four', code: 'partly' })
  })

  it('by throwing tells of the error where its result cannot be kept', async () => {
    const task = await endOf(() => {
      throw new FailedWithResult('too odd', { odd: 1n })
    })
    expect(task).to.include({ state: 'FAILED', result: undefined })
    expect(task.error).to.include({ message: 'too odd' })
  })

  it('is its timeout where the run finds so itself', async () => {
    const late = new TimedOut('it took too long')
    for (const thrown of [late, new FailedWithResult('stopped', undefined, { cause: late })]) {
      const task = await endOf(() => {
        throw thrown
      })
      expect(task.state).to.equal('FAILED')
      expect(task.reason).to.deep.equal({ code: 'timeout', message: 'it took too long' })
    }
  })

  it('by throwing is FAILED, with the error as plain data', async () => {
    const error = Object.assign(new RangeError('too far'), { code: 'E_FAR' })
    for (const run of [
      () => {
        throw error
      },
      () => Promise.reject(error),
    ]) {
      const task = await endOf(run)
      expect(task).to.deep.include({ state: 'FAILED', reason: { code: 'error', message: 'too far' } })
      expect(task.error).to.include({
        name: 'RangeError',
        message: 'too far',
        code: 'E_FAR',
        stack: error.stack,
      })
      expect(Object.isFrozen(task.error)).to.be.true
    }
  })

  it('by throwing what is no error is FAILED with a text of it', async () => {
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('no')
      },
      getPrototypeOf: () => {
        throw new Error('no')
      },
    })
    const cases: [unknown, string][] = [
      ['plain text', 'plain text'],
      [undefined, 'undefined'],
      [null, 'null'],
      [5, '5 (number)'],
      [{ any: 'thing' }, 'an object'],
      [Symbol('s'), 'Symbol(s) (symbol)'],
      [hostile, 'an error that cannot be shown'],
      [new Error('x'.repeat(50_000)), `${'x'.repeat(10_000)}…`],
    ]
    for (const [thrown, message] of cases) {
      const task = await endOf(() => Promise.reject(thrown))
      expect(task.state).to.equal('FAILED')
      expect(task.error!.message).to.equal(message)
    }
  })

  it('with a result that cannot be kept is FAILED, and not tried again', async () => {
    const { manager } = make({ maxJson: 1000 })
    let runs = 0
    const results: Record<string, () => unknown> = {
      cyclic: () => {
        const round: Record<string, unknown> = {}
        round['self'] = round
        return round
      },
      huge: () => 'x'.repeat(2000),
      odd: () => ({ list: [() => 1] }),
      hostile: () => ({
        get a() {
          throw new Error('no')
        },
      }),
    }
    manager.register('WORK', {
      retry: { limit: 3, backoff: 0 },
      run: ({ args }) => (runs++, results[args.kind]!()),
    })
    for (const kind of Object.keys(results)) {
      const { task } = await manager.create('WORK', { kind })
      const ended = await manager.waitFor(task.id)
      expect(ended, kind).to.include({ state: 'FAILED', attempt: 1 })
      expect(ended.result).to.equal(undefined)
      expect(ended.error, kind).to.include({ name: 'InvalidResult' })
      expect(ended.reason!.message, kind).to.contain('a result that cannot be kept')
    }
    expect(runs).to.equal(4)
  })

  it('keeps a result that cannot be changed afterwards', async () => {
    const result = { list: [1] }
    const task = await endOf(() => result)
    result.list.push(2)
    expect(task.result).to.deep.equal({ list: [1] })
    expect(Object.isFrozen(task.result)).to.be.true
  })

  it('is one end: what a promise does after it has settled counts for nothing', async () => {
    const twice = {
      // oxlint-disable-next-line unicorn/no-thenable -- a promise of another make, and a broken one
      then(resolve: (value: string) => void, reject: (error: Error) => void) {
        resolve('first')
        reject(new Error('second'))
        resolve('third')
      },
    }
    const { manager } = make()
    manager
      .register('TWICE', { run: (): unknown => twice })
      .register('NEXT', { concurrency: 1, run: () => 'next' })
    const { task } = await manager.create('TWICE')
    expect((await manager.waitFor(task.id)).result).to.equal('first')
    await settled()
    expect(manager.status()).to.include({ running: 0 })
  })

  it('does not come by itself for a run that never settles, which harms no other', async () => {
    const { manager, clock } = make({ concurrency: 2 })
    manager.register('STUCK', { run: () => never }).register('WORK', { run: () => 'done' })
    const { task: stuck } = await manager.create('STUCK')
    for (let i = 0; i < 5; i++) {
      const { task } = await manager.create('WORK')
      expect((await manager.waitFor(task.id)).result).to.equal('done')
    }
    await clock.advance('50s')
    expect(await manager.get(stuck.id)).to.include({ state: 'ACTIVE' })
    expect(manager.status()).to.include({ running: 1 })
  })

  it('tells its times in order', async () => {
    const { manager, clock } = make()
    manager.register('WORK', { run: () => clock.advance('2s') })
    const { task } = await manager.create('WORK', {}, { delay: '1s' })
    const start = clock.now()
    await clock.advance('1s')
    const ended = await manager.waitFor(task.id)
    expect(ended).to.include({
      createdAt: start,
      startedAt: start + 1000,
      endedAt: start + 3000,
      modifiedAt: start + 3000,
    })
    expect(ended.messages.map(({ time }) => time - start)).to.deep.equal([0, 1000, 3000])
  })
})

describe('A run that fails', () => {
  const make = useManagers()

  it('is tried again after its backoff, up to the limit, and ends with the last error', async () => {
    const { manager, clock } = make()
    const starts: number[] = []
    manager.register('WORK', {
      retry: { limit: 3, backoff: '10s', jitter: 0 },
      run: ({ attempt }) => {
        starts.push(clock.now())
        throw new Error(`try ${attempt}`)
      },
    })
    const { task } = await manager.create('WORK')
    await clock.advance('5s')
    const waiting = await manager.get(task.id)
    expect(waiting).to.include({
      state: 'NEW',
      attempt: 1,
      waitingFor: 'time',
      notBefore: starts[0]! + 10_000,
    })
    expect(waiting.reason).to.deep.equal({ code: 'error', message: 'try 1' })
    expect(waiting.error).to.include({ message: 'try 1' })
    await clock.advance('70s')
    const ended = await manager.get(task.id)
    expect(starts.map((time) => time - starts[0]!)).to.deep.equal([0, 10_000, 30_000, 70_000])
    expect(ended).to.include({ state: 'FAILED', attempt: 4 })
    expect(ended.error).to.include({ message: 'try 4' })
    expect(ended.messages.map(({ text }) => text)).to.deep.equal([
      'created',
      'ACTIVE',
      'NEW: try 1',
      'ACTIVE, attempt 2',
      'NEW: try 2',
      'ACTIVE, attempt 3',
      'NEW: try 3',
      'ACTIVE, attempt 4',
      'FAILED: try 4',
    ])
  })

  it('comes back at a time that is drawn by lot from the share that jitter says', async () => {
    const { manager, clock } = make()
    manager.register('WORK', {
      retry: { limit: 1, backoff: '100s', jitter: 0.5 },
      run: () => Promise.reject(new Error('no')),
    })
    await manager.createMany(Array.from({ length: 200 }, () => ({ operation: 'WORK' })))
    await clock.advance(0)
    const { items } = await manager.list({ state: ['NEW'], limit: 1000 })
    const waits = items.map(({ notBefore }) => notBefore! - clock.now())
    expect(items).to.have.length(200)
    expect(Math.min(...waits)).to.be.within(50_000, 60_000)
    expect(Math.max(...waits)).to.be.within(90_000, 100_000)
  })

  it('and then succeeds, shows no error any more', async () => {
    const { manager, clock } = make()
    manager.register('WORK', {
      retry: { limit: 2, backoff: '1s' },
      run({ attempt }) {
        if (attempt < 3) throw new Error(`try ${attempt}`)
        return 'third time'
      },
    })
    const { task } = await manager.create('WORK')
    await clock.advance('5s')
    const ended = await manager.get(task.id)
    expect(ended).to.include({ state: 'SUCCEEDED', attempt: 3, result: 'third time' })
    expect([ended.error, ended.notBefore]).to.deep.equal([undefined, undefined])
  })

  it('with a DoNotRetryError, from whatever copy of the package, is not tried again', async () => {
    const { manager } = make()
    const elsewhere = Object.defineProperty(new Error('hopeless'), Symbol.for('majordomo.no-retry'), {
      value: true,
    })
    const errors = [new DoNotRetryError('hopeless'), elsewhere]
    manager.register('WORK', {
      retry: { limit: 5, backoff: 0 },
      run: ({ args }) => Promise.reject(errors[args.i]!),
    })
    for (const i of [0, 1]) {
      const { task } = await manager.create('WORK', { i })
      const ended = await manager.waitFor(task.id)
      expect(ended).to.include({ state: 'FAILED', attempt: 1 })
      expect(ended.reason).to.deep.equal({ code: 'error', message: 'hopeless' })
    }
  })

  it('follows what its creation says rather than what its animator says', async () => {
    const { manager, clock } = make()
    manager.register('WORK', {
      retry: { limit: 5, backoff: '1s' },
      run: () => Promise.reject(new Error('no')),
    })
    const { task } = await manager.create('WORK', {}, { retry: { limit: 1, backoff: '1s' } })
    await clock.advance('10s')
    expect(await manager.get(task.id)).to.include({ state: 'FAILED', attempt: 2 })
  })

  it('lets others run during its backoff', async () => {
    const { manager, clock } = make({ concurrency: 1 })
    manager.register('BAD', {
      retry: { limit: 1, backoff: '1h' },
      run: () => Promise.reject(new Error('no')),
    })
    manager.register('GOOD', { run: () => 'done' })
    await manager.create('BAD')
    const { task } = await manager.create('GOOD')
    await clock.advance('1s')
    expect(await manager.get(task.id)).to.include({ state: 'SUCCEEDED' })
  })
})
