import type { Place, Stream } from './streams.ts'

const SMALLEST_PAGE = 8

/** A place, and which of the streams it is from. */
export interface Found<Source> extends Place {
  readonly source: Source
}

/** One stream with what of it is at hand. */
class Head<Source extends { readonly stream: Stream }> {
  #places: Place[] = []
  #index = 0
  #exhausted = false
  #from: number

  constructor(
    readonly source: Source,
    from: number,
    private readonly ascending: boolean,
    private readonly page: number,
  ) {
    this.#from = from
  }

  get first(): Place | undefined {
    const place = this.#places[this.#index]
    if (place !== undefined || this.#exhausted) return place
    this.#places = this.source.stream.page(this.#from, this.ascending, this.page)
    this.#index = 0
    this.#exhausted = this.#places.length < this.page
    const last = this.#places.at(-1)
    if (last !== undefined) this.#from = this.ascending ? last.at + 1 : last.at - 1
    return this.#places[0]
  }

  shift(): void {
    this.#index++
  }
}

/** Several streams as one. No place is in two of them. */
export class Merged<Source extends { readonly stream: Stream }> {
  readonly #heads: Head<Source>[]
  readonly #ascending: boolean

  /** @param expected how many places will be asked for, probably */
  constructor(sources: readonly Source[], from: number, ascending: boolean, expected: number) {
    const share = sources.length === 1 ? expected : Math.ceil((2 * expected) / sources.length)
    const page = Math.min(expected, Math.max(SMALLEST_PAGE, share))
    this.#heads = sources.map((source) => new Head(source, from, ascending, page))
    this.#ascending = ascending
  }

  /** The next so many; fewer mean that there are no more. */
  take(count: number): Found<Source>[] {
    const places: Found<Source>[] = []
    while (places.length < count) {
      const head = this.#next()
      const place = head?.first
      if (head === undefined || place === undefined) break
      head.shift()
      places.push({ at: place.at, seq: place.seq, source: head.source })
    }
    return places
  }

  peek(): Place | undefined {
    return this.#next()?.first
  }

  #next(): Head<Source> | undefined {
    let best: Head<Source> | undefined
    let at = 0
    for (const head of this.#heads) {
      const { first } = head
      if (first === undefined || (best !== undefined && (this.#ascending ? first.at > at : first.at < at)))
        continue
      best = head
      at = first.at
    }
    return best
  }
}
