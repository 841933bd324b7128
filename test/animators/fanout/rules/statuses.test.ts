import { expect } from 'chai'
import { statusesIn } from '../../../../src/animators/fanout/rules/statuses.ts'
import { thrown } from '../../../core/thrown.ts'

describe('Statuses that count as success', () => {
  it('are numbers and classes', () => {
    const statuses = statusesIn(['2xx', 404], 'success')
    const has = [100, 199, 200, 299, 300, 403, 404, 405, 999].filter((status) => statuses.has(status))
    expect(has).to.deep.equal([200, 299, 404])
  })

  it('never have what is no status', () => {
    const statuses = statusesIn(['1xx', '5xx'], 'success')
    for (const other of [0, -1, 1000, Number.NaN, 200.5]) expect(statuses.has(other)).to.equal(false)
  })

  it('are the same in whatever order', () => {
    expect(statusesIn([404, '2xx', 404], 'success').key).to.equal(statusesIn(['2xx', 404], 'success').key)
    expect(statusesIn(['2xx'], 'success').key).not.to.equal(statusesIn([200], 'success').key)
  })

  it('are refused when they are of another form, naming the one at fault', () => {
    for (const [value, came] of [
      [200, '200 (number)'],
      [[], 'an array'],
      [[200, '6xx'], '"6xx" (string)'],
      [['2XX'], '"2XX" (string)'],
      [[99], '99 (number)'],
      [[1000], '1000 (number)'],
      [[200.5], '200.5 (number)'],
    ] as const) {
      expect(thrown(() => statusesIn(value, 'success'))).to.deep.include({
        code: 'invalid-option',
        message: `expected "success" to be statuses such as [200, 404, '3xx'], got ${came}`,
      })
    }
  })
})
