import type { Calendar } from './calendar.ts'

/** What becomes of ticks that came while nobody was there. */
export type MissedPolicy = 'skip' | 'once' | 'all'

/** One tick to be passed: with a task or without, and which tick comes after it. */
export interface DueTick {
  readonly tick: number
  readonly next: number | undefined
  readonly makesTask: boolean
}

/** A tick that is looked at no later than this was not missed, ms. */
const ON_TIME = 10_000
/** Of the ticks that were missed, no more than these make tasks. */
const MOST_MISSED = 100

/**
 * How to get from the tick that a schedule waits for past now.
 *
 * | policy | ticks that were missed | the last one, if it is not late |
 * |---|---|---|
 * | `skip` | no task | a task |
 * | `once` | one task for all of them, and for the last | |
 * | `all` | a task for each of the last 100 | a task |
 */
export function dueTicks(calendar: Calendar, waited: number, now: number, missed: MissedPolicy): DueTick[] {
  if (waited > now) return []
  const next = calendar.next(now)
  if (missed === 'once') return [{ tick: waited, next, makesTask: true }]
  if (missed === 'skip') {
    const newest = calendar.last(1, now + 1)[0] ?? waited
    return [{ tick: waited, next, makesTask: now - newest <= ON_TIME }]
  }
  const ticks = calendar.last(MOST_MISSED, now + 1).filter((tick) => tick >= waited)
  const leap = ticks[0] === waited ? [] : [{ tick: waited, next: ticks[0] ?? next, makesTask: false }]
  return [...leap, ...ticks.map((tick, i) => ({ tick, next: ticks[i + 1] ?? next, makesTask: true }))]
}
