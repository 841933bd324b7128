import { expect } from 'chai'
import * as fc from 'fast-check'
import { Fifo } from '../../../../src/animators/fanout/room/fifo.ts'

describe('a queue', () => {
  it('gives what came first, and before that what was given back', () => {
    const step = fc.constantFrom('push', 'take', 'give back')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new Fifo<number>()
        const model: number[] = []
        for (const [i, action] of steps.entries()) {
          if (action === 'take') expect(queue.take()).to.equal(model.shift())
          else if (action === 'push') model.push(i)
          else model.unshift(i)
          if (action === 'push') queue.push(i)
          if (action === 'give back') queue.giveBack(i)
          expect(queue.size).to.equal(model.length)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
