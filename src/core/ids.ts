const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
const TIME_DIGITS = 9
const COUNTER_DIGITS = 4
const LAST = TIME_DIGITS + COUNTER_DIGITS - 1
const ZERO = DIGITS.charCodeAt(0)
const NINE = DIGITS.charCodeAt(9)
const A = DIGITS.charCodeAt(10)
const Z = DIGITS.charCodeAt(35)

/**
 * Makes the ids of one manager: 20 characters of [0-9a-z] that sort by creation (time, then a counter) and end in
 * letters drawn by lot, which keep the managers of many processes apart. The counter is turned on in place, digit by
 * digit: putting strings together costs several times as much, here and wherever they are looked up.
 */
export class IdMaker {
  readonly #bytes: Buffer
  #time = 0

  /** @param lot seven characters of [0-9a-z] that no other manager has */
  constructor(lot: string) {
    this.#bytes = Buffer.from('0'.repeat(TIME_DIGITS + COUNTER_DIGITS) + lot, 'latin1')
  }

  next(now: number): string {
    if (now > this.#time) this.#begin(now)
    else if (!this.#count()) this.#begin(this.#time + 1)
    return this.#bytes.toString('latin1')
  }

  #begin(time: number): void {
    this.#time = time
    this.#bytes.write(time.toString(36).padStart(TIME_DIGITS, '0') + '0'.repeat(COUNTER_DIGITS), 'latin1')
  }

  /** False when the counter has come round. */
  #count(): boolean {
    const bytes = this.#bytes
    for (let place = LAST; place >= TIME_DIGITS; place--) {
      const digit = bytes[place]!
      if (digit !== Z) {
        bytes[place] = digit === NINE ? A : digit + 1
        return true
      }
      bytes[place] = ZERO
    }
    return false
  }
}
