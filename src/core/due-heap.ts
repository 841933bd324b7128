/** Something that has to be looked at when its time comes. The heap keeps `place`; start it at -1. */
export interface Due {
  due: number
  place: number
}

/** The soonest first: a binary heap whose items know their place, so that taking one out costs no search. */
export class DueHeap<Item extends Due> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  peek(): Item | undefined {
    return this.#items[0]
  }

  /** Puts the item in, or moves it. */
  set(item: Item, due: number): void {
    item.due = due
    if (item.place < 0) item.place = this.#items.push(item) - 1
    if (!this.#up(item)) this.#down(item)
  }

  delete(item: Item): void {
    const place = item.place
    if (place < 0) return
    const last = this.#items.pop()!
    item.place = -1
    if (last === item) return
    this.#put(last, place)
    if (!this.#up(last)) this.#down(last)
  }

  /** Takes out the soonest item if it is due at `now`. */
  take(now: number): Item | undefined {
    const first = this.#items[0]
    if (first === undefined || first.due > now) return undefined
    this.delete(first)
    return first
  }

  clear(): void {
    for (const item of this.#items) item.place = -1
    this.#items.length = 0
  }

  #up(item: Item): boolean {
    const start = item.place
    let place = start
    while (place > 0) {
      const above = this.#items[(place - 1) >> 1]!
      if (above.due <= item.due) break
      const next = above.place
      this.#put(above, place)
      place = next
    }
    if (place === start) return false
    this.#put(item, place)
    return true
  }

  #down(item: Item): void {
    const size = this.#items.length
    let place = item.place
    for (;;) {
      const left = 2 * place + 1
      if (left >= size) break
      const right = left + 1
      const below =
        right < size && this.#items[right]!.due < this.#items[left]!.due
          ? this.#items[right]!
          : this.#items[left]!
      if (below.due >= item.due) break
      const next = below.place
      this.#put(below, place)
      place = next
    }
    if (place !== item.place) this.#put(item, place)
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item
    item.place = place
  }
}
