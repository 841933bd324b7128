/** The source of time. Hosts leave it alone; tests hand in a fake one (`majordomo/testing`). */
export interface Clock {
  /** Now, in whole milliseconds since 1970. It never goes back, even when somebody sets the machine's clock back. */
  now(): number
  /** Calls `wake` once, `ms` from now; answers a function that calls it off. A pending wake-up never holds the process open. */
  after(ms: number, wake: () => void): () => void
}

/** setTimeout fires at once beyond this; a longer wait is cut, and whoever woke looks again. */
export const LONGEST_TIMER = 2 ** 31 - 1
