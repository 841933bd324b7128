import { expect } from 'chai'
import * as fc from 'fast-check'
import { LONGEST, milliseconds, readable } from '../../src/core/duration.ts'
import { thrown } from './thrown.ts'

describe('A duration', () => {
  it('is a number of milliseconds, or a number with a unit', () => {
    const cases = { '250ms': 250, '10s': 10_000, '5m': 300_000, '2h': 7_200_000, '7d': 604_800_000 }
    for (const [text, ms] of Object.entries(cases)) expect(milliseconds(text, 'x'), text).to.equal(ms)
    expect(milliseconds(1500, 'x')).to.equal(1500)
    expect(milliseconds(0, 'x')).to.equal(0)
    expect(milliseconds('1.5s', 'x')).to.equal(1500)
  })

  it('is rounded to whole milliseconds', () => {
    expect(milliseconds(0.6, 'x')).to.equal(1)
    expect(milliseconds('0.4ms', 'x')).to.equal(0)
  })

  it('is refused, with the name of the option, when it is none', () => {
    const none = [
      -1,
      Number.NaN,
      Infinity,
      LONGEST + 1,
      '',
      '10',
      's',
      '-1s',
      '1w',
      '10 s',
      null,
      undefined,
      {},
    ]
    for (const value of none) {
      const error = thrown(() => milliseconds(value, 'retry.backoff'))
      expect(error, String(value)).to.include({ code: 'invalid-option' })
      expect(String(error)).to.contain('expected "retry.backoff" to be')
    }
  })

  it('reads as a person would write it', () => {
    const cases = {
      '0ms': 0,
      '999ms': 999,
      '1s': 1000,
      '1.5s': 1500,
      '1m': 60_000,
      '1.5m': 90_000,
      '10m': 600_000,
    }
    for (const [text, ms] of Object.entries(cases)) expect(readable(ms)).to.equal(text)
    expect(readable(7_200_000)).to.equal('2h')
    expect(readable(172_800_000)).to.equal('2d')
  })

  it('written down in whole units means the same when it is read again', () => {
    const units = fc.constantFrom('ms', 's', 'm', 'h', 'd')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000 }), units, (count, unit) => {
        const ms = milliseconds(`${count}${unit}`, 'x')
        const off = Math.abs(milliseconds(readable(ms), 'x') - ms)
        expect(off).to.be.at.most(ms < 60_000 ? 50 : 3_000)
      }),
    )
  })
})
