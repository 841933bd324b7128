import { expect } from 'chai'
import { memory, type Engine, type Json, type Manager, type TaskOps } from '../../src/index.ts'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, refusal, unhandled } from './promises.ts'

/** A run that the test holds in its hands, until it opens `end`. */
async function heldRun(manager: Manager) {
  const ops = door<TaskOps>()
  const end = door()
  manager.register('WORK', { run: (own) => (ops.open(own), end.opened) })
  const { task } = await manager.create('WORK')
  return { id: task.id, ops: await ops.opened, end }
}

/** The memory engine, which counts the writes of runs and keeps them waiting while its gate is shut. */
function slowMemory() {
  const engine: Engine = memory()
  const { amend } = engine
  const slow = { engine, writes: 0, gate: Promise.resolve() }
  engine.amend = async (changes) => {
    slow.writes++
    await slow.gate
    return amend(changes)
  }
  return slow
}

describe('Flushing what a run has told', () => {
  const make = useManagers()

  it('waits until output and progress are stored', async () => {
    const slow = slowMemory()
    const { manager } = make({ engine: slow.engine })
    const { id, ops, end } = await heldRun(manager)
    const gate = door()
    slow.gate = gate.opened
    ops.output('items').write({ data: 1 })
    ops.setProgress({ done: 1, total: 2 })
    let stored = false
    const flushed = ops.flush().then(() => (stored = true))
    await settled()
    expect(stored).to.equal(false)
    gate.open()
    await flushed
    expect((await manager.output(id, { stream: 'items' })).items).to.have.length(1)
    expect((await manager.get(id)).progress).to.include({ percent: 50 })
    end.open()
  })

  it('shares the next write among all who ask while one is under way', async () => {
    const slow = slowMemory()
    const { manager } = make({ engine: slow.engine })
    const { id, ops, end } = await heldRun(manager)
    const gate = door()
    slow.gate = gate.opened
    const first = ops.flush()
    await settled()
    const others = Array.from({ length: 100 }, (_, i) => {
      ops.output('items').write({ data: i })
      return ops.flush()
    })
    gate.open()
    await Promise.all([first, ...others])
    expect(slow.writes).to.equal(2)
    expect((await manager.output(id, { stream: 'items', limit: 1000 })).items).to.have.length(100)
    end.open()
  })

  it('is refused when the run has lost its task, of which it may not know yet', async () => {
    const engine: Engine = memory()
    const { manager } = make({ engine })
    const { id, ops, end } = await heldRun(manager)
    const { lease } = ops
    await engine.settle([
      {
        id,
        lease,
        outcome: { kind: 'end', state: 'FAILED', reason: { code: 'set-from-outside', message: '' } },
      },
    ])
    expect(ops.isCanceled()).to.equal(false)
    await refusal('lease-lost', ops.flush())
    expect(ops.isCanceled()).to.equal(true)
    await refusal('lease-lost', ops.flush())
    end.open()
  })

  it('that nobody waits for does no harm after the end of the run', async () => {
    const { manager } = make()
    let late: TaskOps | undefined
    manager.register('WORK', {
      run(ops) {
        late = ops
        ops.log('info', 'the last word')
        void ops.flush()
      },
    })
    const { task } = await manager.create('WORK')
    const lost = await unhandled(async () => {
      await manager.waitFor(task.id)
      void late!.flush()
      void late!.checkpoint(1)
    })
    expect(lost).to.deep.equal([])
    const { items } = await manager.output(task.id, { stream: 'log' })
    expect(items.map(({ text }) => text)).to.deep.equal(['the last word'])
    expect((await manager.output(task.id, { stream: 'checkpoint' })).items).to.deep.equal([])
  })
})

describe('A checkpoint', () => {
  const make = useManagers()

  it('is what the next attempt goes on from', async () => {
    const { manager, clock } = make()
    const found: (Json | undefined)[] = []
    manager.register('WORK', {
      retry: { limit: 2, backoff: '1s', jitter: 0 },
      async run(ops) {
        found.push(await ops.lastCheckpoint())
        if (ops.attempt === 3) return
        await ops.checkpoint({ attempt: ops.attempt, step: 1 })
        await ops.checkpoint({ attempt: ops.attempt, step: 2 })
        throw new Error('again')
      },
    })
    const { task } = await manager.create('WORK')
    await clock.advance('5s')
    expect(await manager.get(task.id)).to.include({ state: 'SUCCEEDED', attempt: 3 })
    expect(found).to.deep.equal([undefined, { attempt: 1, step: 2 }, { attempt: 2, step: 2 }])
  })

  it('is read back by the attempt that wrote it, and may be any JSON', async () => {
    const { manager } = make()
    const notes: Json[] = [null, false, 0, '', [1, { a: 2 }], 'x'.repeat(65_000)]
    const found: unknown[] = []
    manager.register('WORK', {
      async run(ops) {
        for (const note of notes) {
          void ops.checkpoint(note)
          found.push(await ops.lastCheckpoint())
        }
      },
    })
    const { task } = await manager.create('WORK')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
    expect(found).to.deep.equal(notes)
  })

  it('is what it was when it was given, whatever becomes of the object', async () => {
    const { manager } = make()
    manager.register('WORK', {
      async run(ops) {
        const note = { step: 1 }
        const stored = ops.checkpoint(note)
        note.step = 2
        await stored
        return ops.lastCheckpoint()
      },
    })
    const { task } = await manager.create('WORK')
    expect((await manager.waitFor(task.id)).result).to.deep.equal({ step: 1 })
  })

  it('comes with all that the run told before it', async () => {
    const { manager } = make()
    const { id, ops, end } = await heldRun(manager)
    ops.output('items').write({ data: 'sent' })
    await ops.checkpoint('next')
    expect((await manager.output(id, { stream: 'items' })).items).to.have.length(1)
    end.open()
  })

  it('is written once when many are made at once, and the last one wins', async () => {
    const slow = slowMemory()
    const { manager } = make({ engine: slow.engine })
    const { id, ops, end } = await heldRun(manager)
    await Promise.all(Array.from({ length: 10_000 }, (_, i) => ops.checkpoint(i)))
    expect(slow.writes).to.equal(1)
    const { items, dropped } = await manager.output(id, { stream: 'checkpoint' })
    expect([items.map(({ data }) => data), dropped]).to.deep.equal([[9_999], 9_999])
    end.open()
  })

  it('is refused when it is too large, or no JSON, and the one before it stays', async () => {
    const { manager } = make()
    const { ops, end } = await heldRun(manager)
    await ops.checkpoint('good')
    const odd = ['x'.repeat(70_000), undefined, { n: Number.NaN }, () => {}]
    for (const note of odd) await refusal('invalid-arguments', ops.checkpoint(note as Json))
    expect(await ops.lastCheckpoint()).to.equal('good')
    end.open()
  })

  it('has its own call, and is no stream to write to', async () => {
    const { manager } = make()
    manager.register('WORK', { run: (ops) => void ops.output('checkpoint' as 'log') })
    const { task } = await manager.create('WORK')
    expect((await manager.waitFor(task.id)).error).to.include({
      code: 'invalid-option',
      message: 'expected "stream" to be one of log, stdout, stderr, items, got "checkpoint" (string)',
    })
  })
})

describe('The output that a run reads', () => {
  const make = useManagers()

  it('is that of earlier attempts and what it has just written', async () => {
    const { manager, clock } = make()
    let read: unknown
    manager.register('WORK', {
      retry: { limit: 1, backoff: '1s', jitter: 0 },
      async run(ops) {
        for (const n of [1, 2]) ops.output('items').write({ data: `${ops.attempt}.${n}` })
        if (ops.attempt === 1) throw new Error('again')
        const first = await ops.readOutput({ stream: 'items', limit: 3 })
        ops.output('items').write({ data: 'more' })
        const rest = await ops.readOutput({ stream: 'items', after: first.cursor })
        read = [first, rest].map(({ items }) => items.map(({ data }) => data))
      },
    })
    await manager.create('WORK')
    await clock.advance('2s')
    expect(read).to.deep.equal([
      ['1.1', '1.2', '2.1'],
      ['2.2', 'more'],
    ])
  })

  it('is refused to a run that has ended, and for a query that is none', async () => {
    const { manager } = make()
    const { id, ops, end } = await heldRun(manager)
    await refusal('invalid-option', ops.readOutput({ stream: 'logs' as 'log' }))
    end.open()
    await manager.waitFor(id)
    await refusal('lease-lost', ops.readOutput({ stream: 'log' }))
    await refusal('lease-lost', ops.lastCheckpoint())
  })
})
