import { expect } from 'chai'
import { settled } from '../../src/testing/index.ts'
import { SharedMemory } from '../engine/shared-memory.ts'
import { useManagers } from './managers.ts'
import { door, refusal } from './promises.ts'

describe('A manager that was cut off from what others do', () => {
  const make = useManagers()

  async function replicas() {
    const engine = new SharedMemory()
    const { manager } = make({ engine })
    await manager.open()
    const other = make({ engine: new SharedMemory(engine) })
    const inside = door()
    other.manager.register('WORK', { run: () => inside.opened })
    const { task } = await other.manager.create('WORK')
    return { engine, manager, other: other.manager, inside, id: task.id }
  }

  it('looks again at the tasks that somebody waits for', async () => {
    const { engine, manager, other, inside, id } = await replicas()
    const ended = manager.waitFor(id)
    await settled()
    engine.watching = false
    inside.open()
    await other.waitFor(id)
    engine.watching = true
    engine.host.missed('output')
    expect(await ended).to.include({ state: 'SUCCEEDED' })
  })

  it('makes its operations known again, as nobody may know of them', async () => {
    const engine = new SharedMemory()
    const { describe: tells } = engine
    engine.describe = () => Promise.reject(new Error('out of reach'))
    const { manager } = make({ engine })
    manager.register('WORK', { run() {} })
    await manager.open()
    engine.describe = tells
    const other = make({ engine: new SharedMemory(engine) })
    await refusal('unsupported-operation', other.manager.create('WORK'))
    engine.host.missed('output')
    await settled()
    expect((await other.manager.create('WORK')).task.state).to.equal('NEW')
  })

  it('tells those who listen that they missed something, unless it may only be output', async () => {
    const { engine, manager } = await replicas()
    let missed = 0
    const stop = manager.subscribe(() => {}, { onMissed: () => missed++ })
    engine.host.missed('output')
    expect(missed).to.equal(0)
    engine.host.missed('events')
    stop()
    engine.host.missed('events')
    expect(missed).to.equal(1)
  })
})
