import { expect } from 'chai'
import { Climb } from '../../../../src/animators/fanout/room/climb.ts'

const LOOK_EVERY = 10

interface World {
  /** How long a target takes for an answer, in ms, when it has nothing else to do. */
  readonly latency: number
  /** The most answers per ms that the targets, or the machine, can give. */
  readonly most: number
  /** The share of a ms that the process itself needs for each answer. */
  readonly cost: number
}

/** What becomes of the limit in so many ms, with requests waiting all the time. */
function limits({ latency, most, cost }: World, ms: number): number[] {
  const climb = new Climb()
  const seen = [climb.limit]
  for (let time = LOOK_EVERY; time <= ms; time += LOOK_EVERY) {
    // Nothing is answered before the first answers can be there.
    const rate = time < latency ? 0 : Math.min(climb.limit / latency, most, 1 / cost)
    climb.look({ utilization: Math.min(1, rate * cost), landed: rate * LOOK_EVERY, elapsed: LOOK_EVERY })
    seen.push(climb.limit)
  }
  return seen
}

describe('How many requests are in flight', () => {
  it('stays low where targets answer at once and the process is busy', () => {
    expect(limits({ latency: 1, most: 100, cost: 0.02 }, 2_000).at(-1)).to.equal(64)
  })

  it('stays low where the targets, or the machine, give all they have although the process is idle', () => {
    const seen = limits({ latency: 1, most: 20, cost: 0.02 }, 2_000)
    expect(Math.max(...seen)).to.equal(128)
    const high = seen.filter((limit) => limit > 64)
    expect(high.length).to.be.below(seen.length / 10)
  })

  it('grows until everything is in flight where targets take seconds', () => {
    expect(limits({ latency: 2_000, most: 100, cost: 0.02 }, 200).at(-1)).to.be.above(50_000)
  })

  it('grows until the process is busy where targets take some time', () => {
    for (const latency of [5, 10, 20, 50, 100]) {
      const last = limits({ latency, most: 1_000, cost: 0.02 }, 2_000).at(-1)!
      expect(last / latency, `answers per ms at ${latency} ms`).to.be.above(0.5 / 0.02)
    }
  })
})
