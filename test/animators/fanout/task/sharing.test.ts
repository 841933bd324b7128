import { expect } from 'chai'
import { fanout } from '../../../../src/animators/fanout/index.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { rangeOf, states, useHosts, type Host } from './host.ts'

describe('The connections of a fan-out animator', () => {
  const make = useHosts()
  let targets: Targets

  before(async () => {
    targets = await startTargets({ addresses: 4 })
  })
  after(() => targets.stop())
  beforeEach(() => targets.reset())
  afterEach(() => targets.when({ open: 0 }))

  /** A list that has as many connections as requests. */
  async function held(host: Host, gate: string, count: number, more: object = {}): Promise<string> {
    await targets.gate(gate).shut()
    const urls = rangeOf(count).map((i) => ({ url: targets.url(`/gate/${gate}`, i) }))
    const id = await host.created({ items: urls, ...more })
    await targets.gate(gate).held(count)
    return id
  }

  it('serve its tasks one after the other, and are closed with its manager', async () => {
    const host = make()
    const first = await held(host, 'a', 40)
    await targets.gate('a').open()
    expect(states((await host.ended(first)).items)).to.deep.equal({ SUCCEEDED: 40 })
    const second = await held(host, 'a', 40)
    await targets.gate('a').open()
    const { items } = await host.ended(second)
    expect(items.filter(({ reused }) => reused)).to.have.length(40)
    expect(await targets.counts()).to.include({ accepted: 40, requests: 80, reused: 40, open: 40 })
    await host.manager.close()
    await targets.when({ open: 0 })
  })

  it('serve tasks that run side by side, and the end of one leaves those of the other', async () => {
    const host = make()
    const [a, b] = [await held(host, 'a', 20), await held(host, 'b', 20)]
    await targets.when({ inFlight: 40 })
    await host.manager.cancel(a)
    await host.ended(a)
    await targets.when({ open: 20, inFlight: 20 })
    await targets.gate('b').open()
    expect(states((await host.ended(b)).items)).to.deep.equal({ SUCCEEDED: 20 })
    expect(await targets.openConnections()).to.equal(20)
  })

  it('outlive one of two managers that have the same animator, while the other one runs a list', async () => {
    const animator = fanout({ allow: ['127.0.0.0/8'] })
    const [one, two] = [make({}, {}, animator), make({}, {}, animator)]
    const id = await held(two, 'a', 10)
    await one.ran({ items: rangeOf(5).map((i) => ({ url: targets.url('/ok', i) })) })
    await one.manager.close()
    expect(await targets.counts()).to.include({ inFlight: 10 })
    await targets.gate('a').open()
    const { task, items } = await two.ended(id)
    expect(task.state).to.equal('SUCCEEDED')
    expect(states(items)).to.deep.equal({ SUCCEEDED: 10 })
    const after = await two.ran({ items: [{ url: targets.url('/ok') }] })
    expect(states(after.items)).to.deep.equal({ SUCCEEDED: 1 })
    await two.manager.close()
    await targets.when({ open: 0 })
  })

  it('are made anew for a manager that comes after another one has closed the animator', async () => {
    const animator = fanout({ allow: ['127.0.0.0/8'] })
    for (let life = 0; life < 3; life++) {
      const host = make({}, {}, animator)
      const { task } = await host.ran({ items: [{ url: targets.url('/ok') }] })
      expect(task.state).to.equal('SUCCEEDED')
      await host.manager.close()
      await targets.when({ open: 0 })
    }
    expect(await targets.counts()).to.include({ accepted: 3 })
  })
})
