import { expect } from 'chai'
import * as fc from 'fast-check'
import { retryDelay, retryPolicy } from '../../src/core/retry.ts'
import { thrown } from './thrown.ts'

const policies = fc
  .record({
    limit: fc.nat(20),
    backoff: fc.nat(10_000),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    maxBackoff: fc.nat(100_000),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map((options) => retryPolicy({ ...options, maxBackoff: Math.max(options.backoff, options.maxBackoff) }))
const lots = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('A retry policy', () => {
  it('tries nothing again unless it is told to', () => {
    expect(retryPolicy()).to.deep.equal({
      limit: 0,
      backoff: 1000,
      factor: 2,
      maxBackoff: 300_000,
      jitter: 0.5,
      onTimeout: true,
    })
    expect(retryDelay(retryPolicy(), 1)).to.equal(undefined)
  })

  it('waits no less than its backoff, however long that is', () => {
    expect(retryPolicy({ backoff: '1h' }).maxBackoff).to.equal(3_600_000)
    expect(thrown(() => retryPolicy({ backoff: '1h', maxBackoff: '5m' }))).to.deep.include({
      code: 'invalid-option',
      message: 'expected "retry.maxBackoff" to be at least retry.backoff (1h), got "5m" (string)',
    })
  })

  it('doubles the wait up to the longest', () => {
    const policy = retryPolicy({ limit: 5, backoff: '1s', maxBackoff: '5s', jitter: 0 })
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => retryDelay(policy, attempt))
    expect(waits).to.deep.equal([1000, 2000, 4000, 5000, 5000, undefined])
  })

  it('never waits longer than the longest, nor less than the share that is not drawn by lot', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 25 }), lots, (policy, attempt, lot) => {
        const wait = retryDelay(policy, attempt, () => lot)
        if (attempt > policy.limit) {
          expect(wait).to.equal(undefined)
          return
        }
        const full = Math.min(policy.maxBackoff, policy.backoff * policy.factor ** (attempt - 1))
        expect(wait).to.be.at.least(Math.floor(full * (1 - policy.jitter)))
        expect(wait).to.be.at.most(Math.ceil(full))
      }),
    )
  })

  it('never waits shorter after a later try, for the same lot', () => {
    fc.assert(
      fc.property(policies, lots, (policy, lot) => {
        const waits = Array.from({ length: policy.limit }, (_, i) => retryDelay(policy, i + 1, () => lot)!)
        expect(waits).to.deep.equal([...waits].sort((a, b) => a - b))
      }),
    )
  })

  it('spreads a crowd over the share that is drawn by lot', () => {
    const policy = retryPolicy({ limit: 1, backoff: 1000, jitter: 1 })
    const waits = [0, 0.25, 0.5, 0.999].map((lot) => retryDelay(policy, 1, () => lot))
    expect(waits).to.deep.equal([1000, 750, 500, 1])
  })

  it('is refused with the place of what does not fit', () => {
    const cases: [unknown, string][] = [
      [{ limit: 'three' }, 'expected "retry.limit" to be an integer >= 0, got "three" (string)'],
      [{ limit: -1 }, '"retry.limit"'],
      [{ limit: 1.5 }, '"retry.limit"'],
      [{ factor: 0.5 }, 'expected "retry.factor" to be a number from 1 to 100'],
      [{ jitter: 2 }, '"retry.jitter"'],
      [{ backoff: 'soon' }, '"retry.backoff"'],
      [{ maxBackoff: -1 }, '"retry.maxBackoff"'],
      [{ onTimeout: 'no' }, 'expected "retry.onTimeout" to be true or false'],
      [{ limits: 3 }, '"retry.limits" is not an option; did you mean "limit"?'],
      [3, 'expected "retry" to be an object'],
      [null, 'expected "retry" to be an object'],
    ]
    for (const [options, text] of cases)
      expect(String(thrown(() => retryPolicy(options as object)))).to.contain(text)
  })
})
