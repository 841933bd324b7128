import type { IndexStream } from './streams.ts'

/** So many keys are remembered. */
const MOST_KEYS = 1_000

interface Size {
  readonly size: number
  /** How many tasks had been removed, of all. */
  readonly removed: number
}

/**
 * How many tasks the keys of indexes have, as far as that matters: keys that were found to have very many have still
 * enough until that many tasks have been removed, so they need not be counted for each page.
 */
export class Sizes {
  readonly #known = new Map<string, Size>()
  /** How many tasks have been removed. */
  removed = 0

  /** Exact below `enough`; from there on, it is at least that many. */
  of(stream: IndexStream, enough: number): number {
    const known = this.#known.get(stream.name)
    if (known !== undefined && known.size - (this.removed - known.removed) >= enough) return enough
    const size = stream.size(2 * enough)
    if (size <= enough) return size
    if (this.#known.size >= MOST_KEYS) this.#known.clear()
    this.#known.set(stream.name, { size, removed: this.removed })
    return enough
  }
}
