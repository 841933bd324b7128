import { expect } from 'chai'
import * as fc from 'fast-check'
import {
  requestRetryIn,
  requestRetryPolicy,
  retriableStatus,
  retryAfter,
  waitBefore,
} from '../../../../src/animators/fanout/rules/retry.ts'
import { thrown } from '../../../core/thrown.ts'

const NOW = Date.UTC(2026, 10, 5, 12)

describe('The retries of a request', () => {
  const policy = (value?: unknown) => requestRetryPolicy(requestRetryIn(value, 'retry'), 'retry')

  it('are three by default, within five seconds of each other', () => {
    expect(policy()).to.deep.equal({
      limit: 3,
      backoff: 1_000,
      factor: 2,
      maxBackoff: 5_000,
      jitter: 0.5,
      onTimeout: false,
    })
    expect(policy({ limit: undefined, maxBackoff: undefined })).to.deep.equal(policy())
  })

  it('are limited by a number alone', () => {
    expect(policy(0)).to.include({ limit: 0, backoff: 1_000 })
  })

  it('wait as long as a longer backoff says', () => {
    expect(policy({ backoff: '1m' })).to.include({ backoff: 60_000, maxBackoff: 60_000 })
  })

  it('are refused in any other form', () => {
    for (const value of ['3', null, { limit: -1 }, { limit: 1.5 }, { onTimeout: true }, { backoff: 'soon' }])
      expect(
        thrown(() => policy(value)),
        JSON.stringify(value),
      ).to.include({ code: 'invalid-option' })
  })

  it('follow 429 and errors of the server, but not 501', () => {
    const retried = Array.from({ length: 600 }, (_, status) => status).filter(retriableStatus)
    expect(retried).to.include.members([429, 500, 502, 503, 504, 599])
    expect(retried).not.to.include(501)
    expect(retried).to.have.length(1 + 99)
  })

  it('wait for the longer of backoff and Retry-After', () => {
    const usual = policy({ jitter: 0 })
    expect(waitBefore(usual, 1)).to.equal(1_000)
    expect(waitBefore(usual, 1, 200)).to.equal(1_000)
    expect(waitBefore(usual, 1, 60_000)).to.equal(60_000)
    expect(waitBefore(usual, 3, 60_000)).to.equal(60_000)
    expect(waitBefore(usual, 4, 60_000)).to.equal(undefined)
    expect(waitBefore(policy({ jitter: 1 }), 2, undefined, () => 0.5)).to.equal(1_000)
  })
})

describe('A Retry-After header', () => {
  it('says seconds', () => {
    expect(retryAfter('120', NOW)).to.equal(120_000)
    expect(retryAfter(' 0 ', NOW)).to.equal(0)
    expect(retryAfter(['3', '9'], NOW)).to.equal(3_000)
  })

  it('says a date in any of the three forms of HTTP', () => {
    for (const text of [
      'Thu, 05 Nov 2026 12:00:30 GMT',
      'Thursday, 05-Nov-26 12:00:30 GMT',
      'Thu Nov  5 12:00:30 2026',
    ])
      expect(retryAfter(text, NOW), text).to.equal(30_000)
  })

  it('waits for nothing after a date that has passed', () => {
    expect(retryAfter('Sun, 06 Nov 1994 08:49:37 GMT', NOW)).to.equal(0)
    expect(retryAfter('Sunday, 06-Nov-94 08:49:37 GMT', NOW), '94 is not 2094').to.equal(0)
  })

  it('is passed over when it is neither', () => {
    for (const text of [
      ...['', 'soon', '-1', '1.5', '1e3', '0x10', '10s', '2026-11-05T12:00:30Z', 'Thu, 05 Nov 2026'],
      ...['Thu, 31 Feb 2026 12:00:00 GMT', 'Thu, 05 Nov 2026 24:00:00 GMT', 'Thu, 05 Nov 2026 12:60:00 GMT'],
      ...['thu, 05 nov 2026 12:00:30 gmt', 'Thu, 05 Nov 2026 12:00:30 CET', 'Thu, 5 Nov 2026 12:00:30 GMT'],
    ])
      expect(retryAfter(text, NOW), text).to.equal(undefined)
    expect(retryAfter(undefined, NOW)).to.equal(undefined)
    expect(retryAfter([], NOW)).to.equal(undefined)
  })

  it('is a whole number of milliseconds that a timer can hold, or nothing, whatever comes', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.bigInt({ min: 0n }).map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const wait = retryAfter(text, NOW)
        if (wait !== undefined) expect(wait).to.satisfy((ms: number) => Number.isSafeInteger(ms) && ms >= 0)
      }),
    )
  })

  it('means the second that it names', () => {
    const dates = fc.date({
      min: new Date(NOW),
      max: new Date(Date.UTC(2070, 0)),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(dates, (date) => {
        const second = date.getTime() - date.getUTCMilliseconds()
        const [day, dd, month, year, time] = date.toUTCString().replace(',', '').split(' ')
        const wait = Math.max(0, second - NOW)
        expect(retryAfter(date.toUTCString(), NOW)).to.equal(wait)
        expect(retryAfter(`${day} ${month} ${dd!.replace(/^0/, ' ')} ${time} ${year}`, NOW)).to.equal(wait)
        expect(retryAfter(`Monday, ${dd}-${month}-${year!.slice(2)} ${time} GMT`, NOW)).to.equal(wait)
      }),
    )
  })
})
