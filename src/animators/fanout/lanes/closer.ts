/**
 * Closing a socket takes some 30 µs, so closing thousands at one go would hold up everything else. A slice, in ms, is short because what
 * follows from a `close` event takes as long again.
 */
const SLICE = 4

interface Closable {
  destroy(): unknown
}

/** Closes connections a few at a time, so that the event loop is never held for long. */
export class Closer {
  #waiting: Closable[] = []
  #next = 0
  #running = false
  #held = 0

  add(connection: Closable): void {
    this.#waiting.push(connection)
    this.#run()
  }

  /** Closes nothing until `letGo`: there is something that cannot wait. */
  hold(): void {
    this.#held++
  }

  letGo(): void {
    this.#held--
    this.#run()
  }

  #run(): void {
    if (this.#running || this.#held > 0 || this.#waiting.length === 0) return
    this.#running = true
    setImmediate(this.#slice)
  }

  readonly #slice = (): void => {
    this.#running = false
    const end = performance.now() + SLICE
    while (this.#next < this.#waiting.length && this.#held === 0) {
      this.#waiting[this.#next++]!.destroy()
      if (performance.now() >= end) break
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = []
      this.#next = 0
    }
    this.#run()
  }
}
