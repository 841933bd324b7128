/** Writes times as RFC 3339 texts. Tasks on a page lie close together, so the part down to the second is mostly known. */
export class Times {
  #second = Number.NaN
  #upToSecond = ''

  /** @param ms epoch milliseconds */
  text(ms: number): string {
    const second = Math.floor(ms / 1000)
    if (second !== this.#second) {
      this.#upToSecond = new Date(second * 1000).toISOString().slice(0, -4)
      this.#second = second
    }
    return `${this.#upToSecond}${String(ms - second * 1000).padStart(3, '0')}Z`
  }
}
