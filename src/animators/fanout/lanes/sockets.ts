import { socketsAllowed } from './descriptors.ts'

/** After descriptors ran out, the limit is looked at anew no sooner than this, in ms. */
const LOOK_AGAIN = 1_000

/** How many sockets there are and may be: sockets are descriptors, and a process has only so many. */
export class Sockets {
  /** From the making of a socket to its `close` event. */
  open = 0
  #most: number
  #lookedAt = 0
  #short = false
  readonly #configured: number

  constructor(configured = Number.POSITIVE_INFINITY) {
    this.#configured = configured
    this.#most = configured
  }

  get most(): number {
    return this.#most
  }

  get room(): boolean {
    return this.open < this.#most
  }

  /** Looks at how many descriptors the process has and uses; a few milliseconds where it uses many. */
  measure(now: number): void {
    if (this.#lookedAt > 0 && now - this.#lookedAt < LOOK_AGAIN) return
    this.#lookedAt = now
    this.#short = false
    this.#most = Math.min(this.#configured, socketsAllowed(this.open))
  }

  /** There is no room: where that is because descriptors ran out, looks whether there are some again. */
  crowded(now: number): void {
    if (this.#short) this.measure(now)
  }

  /** A descriptor was refused (EMFILE, ENFILE): others took what was free, so no more than there are now. */
  exhausted(now: number): void {
    this.#most = Math.max(1, this.open - 1)
    this.#short = true
    this.#lookedAt = now
  }
}
