import type { FanOut } from '../room/fan-out.ts'

/**
 * The fan-out of one animator. Several managers may have the same animator, and each closes it: then it stays until the
 * last run that uses it has ended, and whoever comes later has a new one.
 */
export class SharedFanOut {
  #fanOut: FanOut
  #users = 0
  #toBeClosed = false
  readonly #make: () => FanOut

  constructor(make: () => FanOut) {
    this.#make = make
    this.#fanOut = make()
  }

  get guard(): FanOut['guard'] {
    return this.#fanOut.guard
  }

  async use<T>(work: (fanOut: FanOut) => Promise<T>): Promise<T> {
    if (!this.#fanOut.alive()) this.#fanOut = this.#make()
    this.#users++
    try {
      return await work(this.#fanOut)
    } finally {
      this.#users--
      if (this.#toBeClosed) void this.close()
    }
  }

  /** Resolves when its connections are closed, or at once where runs of others use them. */
  async close(): Promise<void> {
    this.#toBeClosed = this.#users > 0
    if (!this.#toBeClosed) await this.#fanOut.close()
  }
}
