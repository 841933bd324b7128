/** Texts that a script passes on without looking into them; what it looks into refers to them by number. */
export class Blobs {
  readonly texts: string[] = []
  #last: unknown
  #lastNumber: number | undefined

  add(text: string): number {
    return this.texts.push(text)
  }

  /** Undefined for undefined. What is the same as before (the reason of most ends) goes once. */
  json(value: unknown): number | undefined {
    if (value === undefined) return undefined
    if (typeof value !== 'object' || value === null) return this.add(JSON.stringify(value))
    if (value !== this.#last) {
      this.#last = value
      this.#lastNumber = this.add(JSON.stringify(value))
    }
    return this.#lastNumber
  }
}
