import { LONGEST_TIMER, type Clock } from '../core/clock.ts'
import type { InContext } from '../core/context.ts'
import { DueHeap, type Due } from '../core/due-heap.ts'

/** Something to be done at a time. Made once, set as often as needed. */
export class Deadline implements Due {
  due = 0
  place = -1
  constructor(readonly act: () => void) {}
}

/** Everything that this manager has to do at a time, on one heap and one timer, which never holds the process open. */
export class Deadlines {
  readonly #heap = new DueHeap<Deadline>()
  readonly #clock: Clock
  readonly #inContext: InContext
  #disarm: (() => void) | undefined
  #armedFor = Number.POSITIVE_INFINITY

  /** @param inContext where the deadlines act, whoever set them */
  constructor(clock: Clock, inContext: InContext) {
    this.#clock = clock
    this.#inContext = inContext
  }

  set(deadline: Deadline, inMs: number): void {
    this.#heap.set(deadline, this.#clock.now() + inMs)
    this.#arm()
  }

  /** Sets it unless it is set for an earlier time already. */
  setSooner(deadline: Deadline, inMs: number): void {
    const due = this.#clock.now() + inMs
    if (deadline.place >= 0 && deadline.due <= due) return
    this.#heap.set(deadline, due)
    this.#arm()
  }

  /** Takes it back; answers how many milliseconds were left, or undefined when it was not set. */
  clear(deadline: Deadline): number | undefined {
    if (deadline.place < 0) return undefined
    this.#heap.delete(deadline)
    return Math.max(0, deadline.due - this.#clock.now())
  }

  close(): void {
    this.#heap.clear()
    this.#stopTimer()
  }

  #arm(): void {
    const first = this.#heap.peek()
    if (first === undefined || first.due >= this.#armedFor) return
    this.#stopTimer()
    this.#armedFor = first.due
    this.#disarm = this.#clock.after(Math.min(first.due - this.#clock.now(), LONGEST_TIMER), () =>
      this.#inContext(() => this.#wake()),
    )
  }

  #wake(): void {
    this.#stopTimer()
    const now = this.#clock.now()
    for (let next = this.#heap.take(now); next !== undefined; next = this.#heap.take(now)) next.act()
    this.#arm()
  }

  #stopTimer(): void {
    this.#disarm?.()
    this.#disarm = undefined
    this.#armedFor = Number.POSITIVE_INFINITY
  }
}
