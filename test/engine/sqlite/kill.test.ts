import { expect } from 'chai'
import { Children } from './child/started.ts'
import { Scratch } from './scratch.ts'

describe('A process with an engine that is killed', () => {
  const scratch = new Scratch()
  const children = new Children()

  it('loses no task whose creation was acknowledged', async () => {
    for (const lines of [1, 20, 200]) {
      const file = scratch.file()
      const child = children.start('create', file)
      const acknowledged: string[] = []
      while (acknowledged.length < lines) acknowledged.push((await child.line()) ?? 'the child has died')
      acknowledged.push(...(await child.killed()))
      const { engine } = await scratch.engine({ file })
      for (const id of acknowledged) expect(await engine.get(id), id).to.have.property('state', 'NEW')
      expect(await engine.count({})).to.be.at.least(acknowledged.length)
    }
  })

  it('leaves the last checkpoint that was acknowledged, or a later one, and all that was written before it', async () => {
    const file = scratch.file()
    const child = children.start('note', file)
    let told = 0
    while (told < 100) told = Number(await child.line())
    told = Math.max(told, ...(await child.killed()).map(Number))
    const { engine } = await scratch.engine({ file })
    const read = async (stream: 'items' | 'checkpoint') =>
      (await engine.readOutput('noted', { stream, after: 0, tail: 1, limit: 1 }))!.items[0]!
    const { seq, data } = await read('checkpoint')
    expect(data).to.equal(seq)
    expect(seq).to.be.within(told, told + 1)
    expect((await read('items')).data).to.equal(seq)
  })

  it('leaves tasks that come back, fail or are canceled, as their claims and cancels want it', async () => {
    const file = scratch.file()
    const child = children.start('claim', file)
    expect(await child.line()).to.equal('claimed')
    await child.killed()
    const { engine, host } = await scratch.engine({ file })
    const plain = await engine.get('plain')
    expect([plain?.state, plain?.attempt, plain?.reason?.code]).to.deep.equal(['NEW', 1, 'interrupted'])
    const frail = await engine.get('frail')
    expect([frail?.state, frail?.attempt, frail?.reason?.code]).to.deep.equal(['FAILED', 1, 'interrupted'])
    expect(await engine.get('unwanted')).to.have.property('state', 'CANCELED')
    expect(host.readyCalls).to.be.greaterThan(0)
    const room = new Map([['SWEEP', 9]])
    const [claim, ...others] = await engine.claim({ worker: 'w', room, limit: 9, lease: undefined })
    expect([claim?.id, claim?.task.attempt, others.length]).to.deep.equal(['plain', 2, 0])
  })
})
