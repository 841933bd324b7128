import { expect } from 'chai'
import * as fc from 'fast-check'
import { IdleList, type Idle } from '../../../../src/animators/fanout/lanes/idle-list.ts'

class Connection implements Idle {
  idlePlace = -1
  alive = true
  constructor(readonly idleUntil: number) {}
}

describe('idle connections', () => {
  it('serve again in the reverse of their order, never twice, never closed, never too old', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), until: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constantFrom('take', 'expire', 'oldest', 'lose') }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const list = new IdleList<Connection>()
        let model: Connection[] = []
        let now = 0
        for (const action of steps) {
          now += 0.5
          if (action.kind === 'put') {
            const connection = new Connection(now + action.until)
            list.put(connection)
            model.push(connection)
          } else if (action.kind === 'take') {
            const best = model.filter(({ alive, idleUntil }) => alive && idleUntil > now).at(-1)
            expect(list.take(now)).to.equal(best)
            model = model.filter((other) => other !== best)
          } else if (action.kind === 'expire') {
            expect(list.expired(now)).to.deep.equal(model.filter(({ idleUntil }) => idleUntil <= now))
            model = model.filter(({ idleUntil }) => idleUntil > now)
          } else if (action.kind === 'oldest') {
            expect(list.oldest(2)).to.deep.equal(model.slice(0, 2))
            model = model.slice(2)
          } else if (model.length > 0) {
            const lost = model[Math.floor(model.length / 2)]!
            lost.alive = false
            if (now % 2 === 0) {
              expect(list.remove(lost)).to.be.true
              expect(list.remove(lost)).to.be.false
              model = model.filter((other) => other !== lost)
            }
          }
          expect(list.size).to.equal(model.length)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
