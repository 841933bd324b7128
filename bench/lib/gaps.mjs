/** The longest time between two turns of the event loop, in ms, from now until `stop`. Keeps the loop turning, and so a core busy. */
export class Gaps {
  #last = performance.now()
  #most = 0
  #running = true

  constructor() {
    setImmediate(() => this.#turn())
  }

  stop() {
    this.#running = false
    return this.#most
  }

  #turn() {
    const now = performance.now()
    this.#most = Math.max(this.#most, now - this.#last)
    this.#last = now
    if (this.#running) setImmediate(() => this.#turn())
  }
}
