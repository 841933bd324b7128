import { expect } from 'chai'
import { Manager } from '../../../../src/index.ts'
import { SharedMemory } from '../../../engine/shared-memory.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { useHosts } from './host.ts'

describe('A fan-out that was stored when the rules were others', () => {
  const make = useHosts()
  let targets: Targets
  before(async () => {
    targets = await startTargets()
  })
  after(() => targets.stop())

  it('fails the requests that cannot be sent any more, and sends the others', async () => {
    const store = new SharedMemory()
    // An operation of the same name whose arguments nobody checks.
    const earlier = new Manager({ engine: store }).register('HTTP_FANOUT', { run: () => undefined })
    const items = [
      { url: targets.url('/ok') },
      { url: targets.url('/ok'), headers: { 'no header': 'hush-hush' } },
      { url: targets.url('/ok') },
    ]
    const { task } = await earlier.create('HTTP_FANOUT', { items }, { autoStart: false })
    await earlier.close({ grace: 0 })
    const host = make({ engine: new SharedMemory(store) })
    await host.manager.update(task.id, { state: 'ACTIVE' })
    const ended = await host.ended(task.id)
    expect(ended.task.state).to.equal('SUCCEEDED')
    expect(ended.summary).to.deep.include({ succeeded: 2, failed: 1, errors: { 'invalid-request': 1 } })
    const { index, state, error } = ended.items.find((item) => item.state === 'FAILED')!
    expect({ index, state, code: error?.code }).to.deep.equal({
      index: 1,
      state: 'FAILED',
      code: 'invalid-request',
    })
    expect(JSON.stringify(ended.items)).to.not.contain('hush-hush')
  })
})
