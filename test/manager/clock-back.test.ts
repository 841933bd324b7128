import { expect } from 'chai'
import { Manager } from '../../src/index.ts'

describe("Setting the machine's clock back", () => {
  const realNow = Date.now

  afterEach(() => {
    Date.now = realNow
  })

  it('moves no task: order, times and delays stay right', async () => {
    const manager = new Manager()
    manager.register('WORK', { run: () => {} })
    const { task: before } = await manager.create('WORK')
    const { task: delayed } = await manager.create('WORK', {}, { delay: 20 })
    Date.now = () => realNow() - 3_600_000
    const { task: after } = await manager.create('WORK')
    const ended = await Promise.all([before, delayed, after].map(({ id }) => manager.waitFor(id)))
    for (const { createdAt, startedAt, endedAt } of ended) {
      expect(startedAt).to.be.at.least(createdAt)
      expect(endedAt).to.be.at.least(startedAt!)
    }
    expect(ended[1]!.startedAt).to.be.at.least(delayed.notBefore!)
    expect(after.createdAt).to.be.at.least(before.createdAt)
    expect(after.id > before.id).to.be.true
    const { items } = await manager.list({ sort: 'createdAt' })
    expect(items.map(({ id }) => id)).to.deep.equal([before.id, delayed.id, after.id])
    await manager.close()
  })
})
