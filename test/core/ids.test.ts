import { expect } from 'chai'
import * as fc from 'fast-check'
import { IdMaker } from '../../src/core/ids.ts'

describe('The ids of one manager', () => {
  it('are 20 characters of [0-9a-z] that end in what is drawn by lot', () => {
    expect(new IdMaker('abcdefg').next(Date.UTC(2026, 0, 1))).to.match(/^[0-9a-z]{13}abcdefg$/)
  })

  it('are unique and sorted by their making, even while the clock goes back', () => {
    const start = Date.UTC(2026, 0, 1)
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 200 }),
        (steps) => {
          const maker = new IdMaker('0000000')
          let now = start
          const ids = steps.map((step) => maker.next((now += step)))
          expect(ids).to.deep.equal([...new Set(ids)].sort())
          expect(ids.every((id) => id.length === 20)).to.be.true
        },
      ),
    )
  })

  it('go on in order where one millisecond has more of them than its counter can count', () => {
    const maker = new IdMaker('0000000')
    let before = ''
    for (let i = 0; i <= 36 ** 4 + 10; i++) {
      const id = maker.next(1_000_000)
      if (id <= before) expect.fail(`${id} comes after ${before}`)
      before = id
    }
    expect(before.slice(0, 9)).to.equal((1_000_001).toString(36).padStart(9, '0'))
    expect(maker.next(1_000_001) > before).to.be.true
  })

  it('of two managers differ in the same millisecond', () => {
    expect(new IdMaker('aaaaaaa').next(5)).not.to.equal(new IdMaker('aaaaaab').next(5))
  })
})
