import { LONGEST_TIMER, type Clock } from '../core/clock.ts'

/** The machine's monotonic clock, counted from the wall clock at start: setting the wall clock moves nothing. */
export const systemClock: Clock = Object.freeze({
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  after(ms: number, wake: () => void) {
    const timer = setTimeout(wake, Math.min(Math.max(ms, 1), LONGEST_TIMER)).unref()
    return () => clearTimeout(timer)
  },
})
