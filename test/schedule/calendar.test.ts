import { expect } from 'chai'
import { MajordomoError } from '../../src/core/errors.ts'
import { Calendar } from '../../src/schedule/calendar.ts'
import { thrown } from '../core/thrown.ts'

const at = (text: string): number => Date.parse(text)
const shown = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString()

describe('Calendar', () => {
  it('answers the first time after a time, and not that time itself', () => {
    const calendar = new Calendar('0 3 * * *', 'UTC')
    expect(shown(calendar.next(at('2026-03-01T02:59:59.999Z')))).to.equal('2026-03-01T03:00:00.000Z')
    expect(shown(calendar.next(at('2026-03-01T03:00:00Z')))).to.equal('2026-03-02T03:00:00.000Z')
  })

  it('reads six fields with seconds first, and nicknames', () => {
    expect(shown(new Calendar('*/10 * * * * *', 'UTC').next(at('2026-03-01T00:00:01Z')))).to.equal(
      '2026-03-01T00:00:10.000Z',
    )
    expect(shown(new Calendar('@daily', 'UTC').next(at('2026-03-01T00:00:01Z')))).to.equal(
      '2026-03-02T00:00:00.000Z',
    )
  })

  it('takes either of day of month and day of week, where both are given (POSIX crontab)', () => {
    const calendar = new Calendar('0 0 13 * 5', 'UTC')
    expect(shown(calendar.next(at('2026-03-07T00:00:00Z')))).to.equal('2026-03-13T00:00:00.000Z')
    expect(shown(calendar.next(at('2026-03-13T00:00:00Z')))).to.equal('2026-03-20T00:00:00.000Z')
  })

  it('goes by the time zone, and runs at three what was to run at half past two when clocks go forward', () => {
    const calendar = new Calendar('30 2 * * *', 'Europe/Zurich')
    expect(shown(calendar.next(at('2026-03-28T12:00:00Z')))).to.equal('2026-03-29T01:00:00.000Z')
    expect(shown(calendar.next(at('2026-03-29T12:00:00Z')))).to.equal('2026-03-30T00:30:00.000Z')
  })

  it('runs once what the day has twice when clocks go back', () => {
    const calendar = new Calendar('30 2 * * *', 'Europe/Zurich')
    const first = calendar.next(at('2026-10-24T12:00:00Z'))!
    expect(shown(first)).to.equal('2026-10-25T00:30:00.000Z')
    expect(shown(calendar.next(first))).to.equal('2026-10-26T01:30:00.000Z')
  })

  it('answers nothing for a day that never comes', () => {
    expect(new Calendar('0 0 30 2 *', 'UTC').next(at('2026-01-01T00:00:00Z'))).to.equal(undefined)
  })

  it('answers the last times before a time, oldest first', () => {
    const times = new Calendar('0 * * * *', 'UTC').last(2, at('2026-03-01T05:30:00Z'))
    expect(times.map(shown)).to.deep.equal(['2026-03-01T04:00:00.000Z', '2026-03-01T05:00:00.000Z'])
  })

  for (const [cron, zone, field] of [
    ['', 'UTC', 'cron'],
    ['every day', 'UTC', 'cron'],
    ['61 * * * *', 'UTC', 'cron'],
    ['* * * * * * *', 'UTC', 'cron'],
    ['* * * * *', 'Mars/Olympus', 'timeZone'],
    ['* * * * *', '', 'timeZone'],
  ] as const) {
    it(`refuses ${JSON.stringify(cron)} in ${JSON.stringify(zone)}, naming ${field}`, () => {
      const error = thrown(() => new Calendar(cron, zone))
      if (!MajordomoError.is(error)) throw error
      expect(error.code).to.equal('invalid-option')
      expect(error.faults[0]?.path).to.equal(field)
    })
  }
})
