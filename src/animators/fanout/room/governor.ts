import { performance, type EventLoopUtilization } from 'node:perf_hooks'
import { Climb } from './climb.ts'

/** It looks this often, in ms, and only while requests wait for their turn. */
const LOOK_EVERY = 10

/**
 * How many requests are in flight where the caller names no number. More than some dozens make lists slower whose targets answer at
 * once, because then the process is the limit; fewer than all make lists slower whose targets take seconds. So it
 * looks how they do, while requests wait for their turn, and lets a {@link Climb} find the number.
 */
export class Governor {
  #climb = new Climb()
  /** Requests that were answered, or failed; counted by whoever sees them land. */
  landed = 0
  #timer: NodeJS.Timeout | undefined
  #before: EventLoopUtilization | undefined
  #landedBefore = 0
  #lookedAt = 0
  readonly #more: () => void
  readonly #wanted: () => boolean

  /**
   * @param wanted whether requests wait for nothing but their turn
   * @param more called when the limit has grown
   */
  constructor(wanted: () => boolean, more: () => void) {
    this.#wanted = wanted
    this.#more = more
  }

  get limit(): number {
    return this.#climb.limit
  }

  /** Requests wait because of the limit. */
  full(): void {
    if (this.#timer !== undefined) return
    this.#begin()
    this.#timer = setInterval(this.#look, LOOK_EVERY).unref()
  }

  /** No list is left: the next one begins anew, because its targets may be others. */
  rest(): void {
    this.#stopLooking()
    this.#climb = new Climb()
  }

  readonly #look = (): void => {
    if (!this.#wanted()) {
      this.#stopLooking()
      return
    }
    const before = this.#before
    const landedBefore = this.#landedBefore
    const lookedAt = this.#lookedAt
    this.#begin()
    const { utilization } = performance.eventLoopUtilization(this.#before, before)
    const more = this.#climb.look({
      utilization,
      landed: this.landed - landedBefore,
      elapsed: this.#lookedAt - lookedAt,
    })
    if (more) this.#more()
  }

  #begin(): void {
    this.#before = performance.eventLoopUtilization()
    this.#landedBefore = this.landed
    this.#lookedAt = performance.now()
  }

  #stopLooking(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
