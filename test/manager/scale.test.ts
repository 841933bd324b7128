import { expect } from 'chai'
import { settled } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { door, never } from './promises.ts'

describe('A great many tasks', () => {
  const make = useManagers()

  it('of which 100,000 wait can all be canceled, one by one', async () => {
    const { manager } = make({ concurrency: 1 })
    manager.register('WORK', { run: () => never })
    await manager.create('WORK')
    await settled()
    const outcomes = await manager.createMany(Array.from({ length: 100_000 }, () => ({ operation: 'WORK' })))
    const ids = outcomes.flatMap((outcome) => ('task' in outcome ? [outcome.task.id] : []))
    expect([ids.length, new Set(ids).size]).to.deep.equal([100_000, 100_000])
    const answers = await Promise.all(ids.map((id) => manager.cancel(id)))
    expect(answers.every(({ state }) => state === 'CANCELED')).to.be.true
    expect(await manager.count({ state: ['CANCELED'] })).to.equal(100_000)
    expect(await manager.count({ state: ['NEW'] })).to.equal(0)
  })

  it('in a chain of 10,000 run one after the other, or end together', async () => {
    const { manager } = make()
    let ran = 0
    manager.register('WORK', { run: () => void ran++ })
    for (const outcome of ['ACTIVE', 'FAILED'] as const) {
      const first = (await manager.create('WORK', {}, { autoStart: false })).task.id
      let last = first
      for (let i = 0; i < 10_000; i++) last = (await manager.create('WORK', {}, { after: [last] })).task.id
      await manager.update(first, { state: outcome })
      expect(await manager.waitFor(last)).to.include({
        state: outcome === 'ACTIVE' ? 'SUCCEEDED' : 'CANCELED',
      })
    }
    expect(ran).to.equal(10_001)
  })

  it('may be 20,000 children of one, which is kept and goes with all of them', async () => {
    const { manager, clock } = make({ purgeDelay: '1m' })
    const end = door()
    manager.register('CHILD', { run: () => {} }).register('PARENT', { run: () => end.opened })
    const { task } = await manager.create('PARENT')
    const options = { parentId: task.id }
    const outcomes = await manager.createMany(
      Array.from({ length: 20_000 }, () => ({ operation: 'CHILD', options })),
    )
    const last = outcomes.at(-1)!
    if ('task' in last) await manager.waitFor(last.task.id)
    end.open()
    await manager.waitFor(task.id)
    await settled()
    expect(await manager.count({ parentId: task.id, state: ['SUCCEEDED'] })).to.equal(20_000)
    await clock.advance('59s')
    expect(await manager.count()).to.equal(20_001)
    await clock.advance('2s')
    expect(await manager.count()).to.equal(0)
  })
})
