import { DueHeap, type Due } from '../../../core/due-heap.ts'

/** Thousands may be due at the same time; the event loop is not held for longer than this, in ms. */
const SLICE = 8

/** Everything that a room does at a time, on one timer. It holds the process, as long as something is due. */
export class Deadlines<Item extends Due> {
  readonly #heap = new DueHeap<Item>()
  readonly #due: (item: Item, now: number) => void
  #timer: NodeJS.Timeout | undefined
  #wakesAt = Number.POSITIVE_INFINITY

  constructor(due: (item: Item, now: number) => void) {
    this.#due = due
  }

  /** Calls when the time has come, in ms of `performance.now()`; once for each item, whatever was set last. */
  set(item: Item, due: number): void {
    this.#heap.set(item, due)
    if (due < this.#wakesAt) this.#wakeAt(due)
  }

  delete(item: Item): void {
    this.#heap.delete(item)
    // The timer is left to wake for nothing, once: most deadlines are taken back, and each would cost a timer.
    if (this.#heap.size === 0) this.#sleep()
  }

  #wakeAt(due: number): void {
    clearTimeout(this.#timer)
    this.#wakesAt = due
    this.#timer = setTimeout(this.#wake, Math.min(2 ** 31 - 1, Math.ceil(due - performance.now())))
  }

  readonly #wake = (): void => {
    this.#wakesAt = Number.POSITIVE_INFINITY
    const now = performance.now()
    for (let item = this.#heap.take(now); item !== undefined; item = this.#heap.take(now)) {
      this.#due(item, now)
      if (performance.now() - now > SLICE) break
    }
    const next = this.#heap.peek()
    if (next !== undefined && next.due < this.#wakesAt) this.#wakeAt(next.due)
  }

  #sleep(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#wakesAt = Number.POSITIVE_INFINITY
  }
}
