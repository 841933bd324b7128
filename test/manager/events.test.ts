import { expect } from 'chai'
import { collectEvents, settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'

describe('The events of a manager', () => {
  const make = useManagers()

  it('tell every change of a task in order, each with the task as the change left it', async () => {
    const { manager, clock } = make({ purgeDelay: '1m' })
    const { events } = collectEvents(manager)
    manager.register('WORK', { run: () => 'done' })
    const { task } = await manager.create('WORK')
    await manager.waitFor(task.id)
    await clock.advance('1m')
    expect(events.map(({ type, task: { state, version } }) => [type, state, version])).to.deep.equal([
      ['created', 'NEW', 1],
      ['updated', 'ACTIVE', 2],
      ['updated', 'SUCCEEDED', 3],
      ['deleted', 'SUCCEEDED', 3],
    ])
    for (const { task: seen } of events) expect(Object.isFrozen(seen)).to.be.true
  })

  it('reach only those who listen, for the operations that they named, as long as they listen', async () => {
    const { manager } = make()
    manager.register('A', { run: () => {} }).register('B', { run: () => {} })
    const seen: string[] = []
    const stop = manager.subscribe((events) => seen.push(...events.map(({ task }) => task.operation)), {
      operations: ['A'],
    })
    for (const operation of ['A', 'B']) await manager.waitFor((await manager.create(operation)).task.id)
    expect(seen).to.deep.equal(['A', 'A', 'A'])
    stop()
    stop()
    await manager.waitFor((await manager.create('A')).task.id)
    expect(seen).to.have.length(3)
  })

  it('come to everybody in the order of the changes, even when a listener changes something at once', async () => {
    const { manager } = make()
    manager.register('A', { run: () => {} }).register('B', { run: () => {} })
    await manager.open()
    const before = collectEvents(manager)
    manager.subscribe((events) => {
      for (const { type, task } of events)
        if (type === 'created' && task.operation === 'A') void manager.create('B')
    })
    const after = collectEvents(manager)
    await manager.create('A')
    await settled()
    const told = ({ events }: typeof before) => events.map(({ task }) => `${task.operation} ${task.version}`)
    expect(told(after).slice(0, 2)).to.deep.equal(['A 1', 'B 1'])
    expect(told(after)).to.deep.equal(told(before))
  })

  it('are not lost on one listener because another one throws, rejects or leaves', async () => {
    const lines: string[] = []
    const log = (message: string): void => void lines.push(message)
    const { manager } = make({ logger: { error: log, warn: log, info: log, debug: log } })
    manager.register('WORK', { run: () => 'done' })
    manager.subscribe(() => {
      throw new Error('first')
    })
    // oxlint-disable-next-line typescript/no-misused-promises -- listeners are async all the same
    manager.subscribe(async () => {
      await settled()
      throw new Error('second')
    })
    const leave = manager.subscribe(() => leave())
    const { states } = collectEvents(manager)
    const { task } = await manager.create('WORK')
    expect(await manager.waitFor(task.id)).to.include({ state: 'SUCCEEDED' })
    await settled()
    await settled()
    expect(states(task.id)).to.deep.equal(['NEW', 'ACTIVE', 'SUCCEEDED'])
    expect(new Set(lines)).to.deep.equal(new Set(['a listener of task events failed']))
    expect(lines).to.have.length(6)
  })

  it('and runs go on when even the logger throws', async () => {
    const broken = (): never => {
      throw new Error('the log is full')
    }
    const { manager, clock } = make({ logger: { error: broken, warn: broken, info: broken, debug: broken } })
    manager.subscribe(() => {
      throw new Error('listener')
    })
    manager.register('BAD', {
      retry: { limit: 1, backoff: '1s' },
      run: () => Promise.reject(new Error('no')),
    })
    const { task } = await manager.create('BAD')
    await clock.advance('2s')
    expect(await manager.get(task.id)).to.include({ state: 'FAILED', attempt: 2 })
  })
})
