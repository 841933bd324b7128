import { expect } from 'chai'
import * as fc from 'fast-check'
import { Calendar } from '../../src/schedule/calendar.ts'
import { dueTicks, type MissedPolicy } from '../../src/schedule/due.ts'

const HOUR = 3_600_000
const hourly = new Calendar('0 * * * *', 'UTC')
const start = Date.UTC(2026, 0, 1)

function tasks(missed: MissedPolicy, now: number): number[] {
  return dueTicks(hourly, start, now, missed)
    .filter(({ makesTask }) => makesTask)
    .map(({ tick }) => (tick - start) / HOUR)
}

describe('dueTicks', () => {
  it('answers none before the time has come', () => {
    expect(dueTicks(hourly, start, start - 1, 'all')).to.deep.equal([])
  })

  it('answers a tick that is on time as one task, whatever the policy', () => {
    for (const missed of ['skip', 'once', 'all'] as const)
      expect(dueTicks(hourly, start, start + 20, missed)).to.deep.equal([
        { tick: start, next: start + HOUR, makesTask: true },
      ])
  })

  it('makes no task for what was missed with `skip`, but one for the last tick if that is on time', () => {
    expect(tasks('skip', start + 5.5 * HOUR)).to.deep.equal([])
    expect(tasks('skip', start + 5 * HOUR + 500)).to.deep.equal([0])
  })

  it('makes one task for all with `once`', () => {
    expect(tasks('once', start + 5.5 * HOUR)).to.deep.equal([0])
  })

  it('makes a task for each with `all`, but for the last hundred only', () => {
    expect(tasks('all', start + 2.5 * HOUR)).to.deep.equal([0, 1, 2])
    const many = tasks('all', start + 1000.5 * HOUR)
    expect(many).to.have.length(100)
    expect(many.at(-1)).to.equal(1000)
  })

  it('leads from tick to tick past now without a gap, from whatever the schedule waited for', () => {
    const crons = fc.constantFrom('0 * * * *', '*/7 * * * *', '15 3 * * 1', '30 2 * * *', '@monthly')
    const zones = fc.constantFrom('UTC', 'Europe/Zurich', 'America/New_York')
    const policies = fc.constantFrom<MissedPolicy>('skip', 'once', 'all')
    fc.assert(
      fc.property(
        crons,
        zones,
        policies,
        fc.nat(400 * 24),
        fc.nat(60 * 24 * 60),
        (cron, zone, missed, at, late) => {
          const calendar = new Calendar(cron, zone)
          const waited = calendar.next(start + at * HOUR)!
          const now = waited + late * 60_000
          const due = dueTicks(calendar, waited, now, missed)
          expect(due[0]?.tick).to.equal(waited)
          due.forEach(({ next }, i) => {
            if (i + 1 < due.length) expect(next).to.equal(due[i + 1]!.tick)
          })
          expect(due.at(-1)?.next).to.equal(calendar.next(now))
        },
      ),
      { numRuns: 200 },
    )
  })
})
