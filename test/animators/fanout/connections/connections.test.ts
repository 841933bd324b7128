import { expect } from 'chai'
import { startTargets, type Targets } from '../targets/targets.ts'
import { expected, tried } from './trial.ts'
import { LONG, titleOf, trials } from './trials.ts'

/** As TRS tests it: what is left of connections after lists of requests, counted at the server. */
describe('Connections after a list of requests', function () {
  this.timeout(LONG ? 300_000 : 60_000)
  let targets: Targets

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'h2c'], addresses: 8 })
  })
  after(() => targets.stop())

  for (const trial of trials())
    it(`are closed only by those that were cut, and serve the next list: ${titleOf(trial)}`, async () => {
      const { failing: _, ...wanted } = expected(trial)
      const { idle, markedReused, streamResets: __, ...seen } = await tried(targets, trial)
      expect(seen).to.deep.equal(wanted)
      expect({ idle, markedReused }).to.deep.equal({ idle: wanted.open, markedReused: wanted.reused })
    })
})
