import { LONGEST_TIMER, type Clock } from '../core/clock.ts'
import { milliseconds, type Duration } from '../core/duration.ts'
import { settled } from './settled.ts'

interface WakeUp {
  readonly at: number
  readonly wake: () => void
}

/** So many wake-ups at one instant mean that something arms a wait of nothing again and again. */
const MOST_AT_ONCE = 100_000

/**
 * A clock that stands still until the test moves it, so that minutes and days pass in milliseconds, the same way on
 * each run. Hand it to the manager: `new Manager({ clock })`.
 *
 * ```ts
 * const clock = new FakeClock()
 * const manager = new Manager({ clock })
 * const { task } = await manager.create('UPLOAD_PURGE', {}, { delay: '2d' })
 * await clock.advance('2d')
 * ```
 */
export class FakeClock implements Clock {
  /** Sorted by time; those of the same time in the order in which they were asked for. */
  readonly #wakeUps: WakeUp[] = []
  #now: number

  /** @param start what it shows at first; the same for each clock by default */
  constructor(start: Date | number = Date.UTC(2026, 0, 1)) {
    this.#now = Number(start)
  }

  now(): number {
    return this.#now
  }

  /** As the real one, it cuts a wait that is longer than {@link LONGEST_TIMER}. */
  after(ms: number, wake: () => void): () => void {
    const wakeUp = { at: this.#now + Math.min(Math.max(0, Math.ceil(ms)), LONGEST_TIMER), wake }
    const later = this.#wakeUps.findLastIndex((other) => other.at <= wakeUp.at) + 1
    this.#wakeUps.splice(later, 0, wakeUp)
    return () => {
      const place = this.#wakeUps.indexOf(wakeUp)
      if (place >= 0) this.#wakeUps.splice(place, 1)
    }
  }

  /** How many wake-ups are armed. */
  get pending(): number {
    return this.#wakeUps.length
  }

  /**
   * Time goes on by so much. Each wake-up that comes due fires at its own time, earliest first, and what it starts
   * settles before the next fires, so that it can arm wake-ups that belong in between.
   */
  async advance(duration: Duration): Promise<void> {
    await this.#fireUntil(this.#now + milliseconds(duration, 'duration'))
  }

  /**
   * Time passes at once, as for a process that was suspended or whose event loop was blocked: first the clock shows
   * the later time, then all that is overdue fires, earliest first.
   */
  async jump(duration: Duration): Promise<void> {
    this.#now += milliseconds(duration, 'duration')
    await this.#fireUntil(this.#now)
  }

  async #fireUntil(end: number): Promise<void> {
    await settled()
    for (let atOnce = 0, next = this.#due(end); next !== undefined; next = this.#due(end)) {
      atOnce = next.at > this.#now ? 0 : atOnce + 1
      if (atOnce > MOST_AT_ONCE)
        throw new Error('the fake clock cannot go on: a wake-up of 0 ms is armed again and again')
      this.#now = Math.max(this.#now, next.at)
      next.wake()
      await settled()
    }
    this.#now = Math.max(this.#now, end)
  }

  #due(end: number): WakeUp | undefined {
    const next = this.#wakeUps[0]
    return next !== undefined && next.at <= end ? this.#wakeUps.shift() : undefined
  }
}
