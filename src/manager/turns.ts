/** So many calls may be answered before the event loop has its turn. */
const MOST_IN_A_TURN = 128

/** The rest of the process has its turn. */
export function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Counts calls: an engine that answers at once would let a loop of them starve everything else in the process. */
export class Turns {
  #since = 0

  /** Undefined while it is not yet time for one. */
  after(calls: number): Promise<void> | undefined {
    this.#since += calls
    if (this.#since < MOST_IN_A_TURN) return undefined
    this.#since = 0
    return aTurn()
  }
}
