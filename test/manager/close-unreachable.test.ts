import { expect } from 'chai'
import { MajordomoError, memory, type Engine } from '../../src/index.ts'
import { settled, waitForState } from '../../src/testing/index.ts'
import { useManagers } from './managers.ts'
import { rejection } from '../rejection.ts'
import { door, refusal, unhandled } from './promises.ts'

describe('Closing a manager whose engine does not answer', () => {
  const make = useManagers()

  it('gives up a while after the grace, and tells what it could not write', async () => {
    const engine: Engine = memory()
    const warnings: string[] = []
    const logger = { ...console, warn: (text: string) => void warnings.push(text) }
    const { manager, clock } = make({ engine, logger })
    const inside = door()
    manager.register('WORK', { run: () => inside.opened })
    const { task } = await manager.create('WORK')
    await waitForState(manager, task.id, 'ACTIVE')
    engine.settle = () => Promise.reject(new Error('out of reach'))
    inside.open()
    const closed = manager.close({ grace: '1s' })
    await clock.advance('20s')
    await closed
    expect(manager.status()).to.include({ state: 'closed' })
    expect(warnings.join()).to.contain('failed to settle runs')
  })

  it('is not brought down by what runs told, which it hears too late was not stored', async () => {
    const engine: Engine = memory()
    const answer = door()
    engine.amend = () => answer.opened.then(() => Promise.reject(new Error('out of reach')))
    const { manager, clock } = make({ engine, logger: { ...console, warn() {} } })
    const flushed = door<unknown>()
    manager.register('WORK', {
      cancelGrace: 0,
      async run(ops) {
        ops.log('info', 'never stored')
        await settled()
        flushed.open(await rejection(ops.flush()))
      },
    })
    await manager.create('WORK')
    await settled()
    const closed = manager.close({ grace: '1s' })
    await clock.advance('20s')
    await closed
    const lost = await unhandled(async () => {
      answer.open()
      expect(await flushed.opened).to.include({ code: 'lease-lost' })
    })
    expect(lost).to.deep.equal([])
  })

  it('lets go of an engine that still waits for its store', async () => {
    const engine: Engine = memory()
    const gaveUp = door()
    engine.open = () => gaveUp.opened.then(() => Promise.reject(new MajordomoError('engine-unavailable')))
    engine.close = async () => gaveUp.open()
    const { manager, clock } = make({ engine })
    manager.register('WORK', { run() {} })
    const refused = refusal('manager-closed', manager.create('WORK'))
    const closed = manager.close({ grace: '1s' })
    await clock.advance('2s')
    await closed
    await refused
  })
})
