/** RFC 3339 texts of times; thousands of requests begin in the same millisecond, and each text costs more than a microsecond. */
export class TimeTexts {
  #time = Number.NaN
  #text = ''

  /** @param time in epoch milliseconds */
  of(time: number): string {
    if (time !== this.#time) {
      this.#time = time
      this.#text = new Date(time).toISOString()
    }
    return this.#text
  }
}
