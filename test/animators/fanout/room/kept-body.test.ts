import { expect } from 'chai'
import * as fc from 'fast-check'
import { BodyBudget, KeptBody } from '../../../../src/animators/fanout/room/kept-body.ts'

/** Bytes 0, 1, 2 …, so that a gap or a repetition shows. */
const counting = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => i % 251))

describe('What is kept of bodies', () => {
  it('is their beginning, as long as it may be, however they are cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300)), fc.nat(1000), fc.nat(1000), (sizes, most, budget) => {
        const whole = counting(sizes.reduce((sum, size) => sum + size, 0))
        const kept = new KeptBody(most, new BodyBudget(budget))
        let start = 0
        for (const size of sizes) kept.add(whole.subarray(start, (start += size)))
        const expected = whole.subarray(0, Math.min(whole.length, most, budget))
        expect(kept.length).to.equal(expected.length)
        expect(expected.equals(kept.bytes ?? Buffer.alloc(0))).to.be.true
      }),
    )
  })

  it('of several at once is never more than all may have, and has no gap where others gave back theirs', () => {
    const step = fc.record({ body: fc.nat(3), size: fc.integer({ min: 1, max: 200 }), discard: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), fc.nat(500), (steps, all) => {
        const budget = new BodyBudget(all)
        const bodies = Array.from({ length: 4 }, () => ({ kept: new KeptBody(300, budget), sent: 0 }))
        const whole = counting(300 * 200)
        for (const { body, size, discard } of steps) {
          const one = bodies[body]!
          if (discard) {
            one.kept.discard()
            bodies[body] = { kept: new KeptBody(300, budget), sent: 0 }
          } else one.kept.add(whole.subarray(one.sent, (one.sent += size)))
          const sum = bodies.reduce((sum, { kept }) => sum + kept.length, 0)
          expect(sum + budget.left).to.equal(all)
        }
        for (const { kept } of bodies)
          expect(whole.subarray(0, kept.length).equals(kept.bytes ?? Buffer.alloc(0))).to.be.true
      }),
    )
  })

  it('holds no block of memory of which it is a small part', () => {
    const block = Buffer.alloc(65_536)
    const kept = new KeptBody(4096, new BodyBudget(10_000))
    for (let i = 0; i < 4096; i++) kept.add(block.subarray(i * 6, i * 6 + 1))
    expect(kept.bytes).to.have.length(4096)
    expect(kept.bytes!.buffer.byteLength).to.be.below(16_384)
    const other = new KeptBody(4096, new BodyBudget(10_000))
    other.add(block)
    expect(other.bytes!.buffer.byteLength).to.be.below(16_384)
  })
})
