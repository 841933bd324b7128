/** Where it begins: about as many as keep one process busy where targets answer at once. */
const FIRST = 64
/** More at once helps nobody. */
const MOST = 262_144
/** With less of its time than this in use, the process can have more requests in flight. */
const BUSY = 0.75
/** Fewer than this share of those in flight were answered since the last look: targets take their time. */
const FEW = 1 / 32
/** A rate that grew by less than this has settled. */
const SETTLED = 1.25
/** Twice as many in flight are worth it where the rate grows by this at least. */
const WORTH_IT = 1.5
/** After a try that was not worth it the next one waits for so many measurements, and each time twice as many. */
const FIRST_REST = 16

/** What was seen since the last look. */
export interface Look {
  /** The share of the time in which the event loop was not idle. */
  readonly utilization: number
  /** Requests that were answered, or failed. */
  readonly landed: number
  /** In ms. */
  readonly elapsed: number
}

/**
 * Finds how many requests should be in flight, by what is seen while that many are. As long as hardly any is answered and the
 * process has time left, it doubles at once. When answers come it tries with twice as many, and stays there only if the answers
 * come faster: where they do not, the targets, or the machine, give all they have, and more in flight would only make
 * more connections.
 */
export class Climb {
  limit = FIRST
  /** Of the measurement that goes on; it takes until all that are in flight were answered about twice. */
  #landed = 0
  #elapsed = 0
  #rateBefore = 0
  /** The limit was doubled to try it: where it was, and how many were answered per ms. */
  #trying: { readonly limit: number; readonly rate: number } | undefined
  #settling = false
  #rest = 0
  #nextRest = FIRST_REST

  /** @returns whether more may be in flight than before */
  look({ utilization, landed, elapsed }: Look): boolean {
    this.#landed += landed
    this.#elapsed += elapsed
    if (landed <= this.limit * FEW && this.#trying === undefined) return utilization < BUSY && this.#double()
    if (this.#landed < 2 * this.limit) return false
    const rate = this.#landed / this.#elapsed
    this.#measureAnew()
    if (this.#settling) {
      // These were still those that began before.
      this.#settling = false
      return false
    }
    if (this.#trying !== undefined) this.#judge(rate, this.#trying)
    else if (this.#rest > 0) this.#rest--
    else if (utilization < BUSY && rate < SETTLED * this.#rateBefore) return this.#try(rate)
    this.#rateBefore = rate
    return false
  }

  #try(rate: number): boolean {
    this.#trying = { limit: this.limit, rate }
    this.#settling = true
    return this.#double()
  }

  #judge(rate: number, before: { readonly limit: number; readonly rate: number }): void {
    this.#trying = undefined
    if (rate >= WORTH_IT * before.rate) {
      this.#nextRest = FIRST_REST
      return
    }
    this.limit = before.limit
    this.#rest = this.#nextRest
    this.#nextRest *= 2
  }

  #double(): boolean {
    const before = this.limit
    this.limit = Math.min(MOST, 2 * before)
    this.#measureAnew()
    return this.limit > before
  }

  #measureAnew(): void {
    this.#landed = 0
    this.#elapsed = 0
  }
}
