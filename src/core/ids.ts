const COUNTER_DIGITS = 4
const MOST_A_MILLISECOND = 36 ** COUNTER_DIGITS

/**
 * Makes the ids of one manager: 20 characters of [0-9a-z] that sort by creation (time, then a counter) and end in
 * letters drawn by lot, which keep the managers of many processes apart.
 */
export class IdMaker {
  readonly #lot: string
  #time = 0
  #timeText = ''
  #counter = 0

  /** @param lot seven characters of [0-9a-z] that no other manager has */
  constructor(lot: string) {
    this.#lot = lot
  }

  next(now: number): string {
    if (now > this.#time) this.#begin(now)
    else if (++this.#counter === MOST_A_MILLISECOND) this.#begin(this.#time + 1)
    return this.#timeText + this.#counter.toString(36).padStart(COUNTER_DIGITS, '0') + this.#lot
  }

  #begin(time: number): void {
    this.#time = time
    this.#timeText = time.toString(36).padStart(9, '0')
    this.#counter = 0
  }
}
