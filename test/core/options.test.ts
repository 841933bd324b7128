import { expect } from 'chai'
import { booleanIn, functionIn, known, numberIn, stringIn, wholeNumberIn } from '../../src/core/options.ts'
import { thrown } from './thrown.ts'

describe('An option', () => {
  const fault = (call: () => unknown): string => {
    const error = thrown(call) as Error
    expect(error).to.include({ code: 'invalid-option' })
    return error.message
  }

  it('that nobody reads is refused with the nearest right name', () => {
    const names = ['concurrency', 'timeout', 'retry']
    expect(fault(() => known({ timeOut: 1 }, names, ''))).to.equal(
      '"timeOut" is not an option; did you mean "timeout"?',
    )
    expect(fault(() => known({ concurency: 1 }, names, 'SWEEP'))).to.equal(
      '"SWEEP.concurency" is not an option; did you mean "concurrency"?',
    )
    expect(fault(() => known({ rerty: 1 }, names, ''))).to.contain('"retry"')
  })

  it('that is like no other is refused with all names', () => {
    expect(fault(() => known({ colour: 1 }, ['timeout', 'retry'], ''))).to.equal(
      '"colour" is not an option; it takes timeout, retry',
    )
  })

  it('that is left out stays left out', () => {
    expect(known({}, ['a'], '')).to.equal(undefined)
    expect(wholeNumberIn(undefined, 'x', 1)).to.equal(undefined)
    expect(numberIn(undefined, 'x', 1, 2)).to.equal(undefined)
    expect(booleanIn(undefined, 'x')).to.equal(undefined)
    expect(stringIn(undefined, 'x', 1)).to.equal(undefined)
    expect(functionIn(undefined, 'x')).to.equal(undefined)
  })

  it('is taken at both ends of its range and refused beyond them', () => {
    expect([1, 5].map((value) => wholeNumberIn(value, 'x', 1, 5))).to.deep.equal([1, 5])
    for (const value of [0, 6, 1.5, '3', null, Number.NaN])
      expect(fault(() => wholeNumberIn(value, 'x', 1, 5))).to.contain('an integer from 1 to 5')
    expect([0, 0.5, 1].map((value) => numberIn(value, 'x', 0, 1))).to.deep.equal([0, 0.5, 1])
    for (const value of [-0.1, 1.1, '1', Number.NaN])
      expect(fault(() => numberIn(value, 'x', 0, 1))).to.contain('a number from 0 to 1')
    expect(stringIn('ab', 'x', 2)).to.equal('ab')
    for (const value of ['', 'abc', 1, null])
      expect(fault(() => stringIn(value, 'x', 2))).to.contain('a string of 1 to 2 characters')
    for (const value of ['true', 1, null])
      expect(fault(() => booleanIn(value, 'x'))).to.contain('true or false')
    expect(fault(() => functionIn('run', 'x'))).to.contain('a function')
  })
})
