/** A block covers this many neighbouring numbers. */
export const BLOCK = 1024

export const blockOf = (n: number): number => Math.floor(n / BLOCK)
export const firstOf = (block: number): number => block * BLOCK
export const placeIn = (n: number): number => n & (BLOCK - 1)

/**
 * Values by block number, in order, of those blocks only that are in use. Neighbouring numbers are asked for one after
 * the other, so the last answer is tried first.
 */
export class Blocks<T> {
  readonly #keys: number[] = []
  readonly #values: T[] = []
  #last = 0

  get size(): number {
    return this.#keys.length
  }

  get(key: number): T | undefined {
    if (this.#keys[this.#last] === key) return this.#values[this.#last]
    const at = this.#lowerBound(key)
    if (this.#keys[at] !== key) return undefined
    this.#last = at
    return this.#values[at]
  }

  add(key: number, value: T): T {
    const at = this.#lowerBound(key)
    this.#keys.splice(at, 0, key)
    this.#values.splice(at, 0, value)
    this.#last = at
    return value
  }

  delete(key: number): void {
    const at = this.#lowerBound(key)
    if (this.#keys[at] !== key) return
    this.#keys.splice(at, 1)
    this.#values.splice(at, 1)
    this.#last = 0
  }

  /** The nearest key that is in use, from `key` on in that direction. */
  nearest(key: number, ascending: boolean): number | undefined {
    const at = this.#lowerBound(key)
    if (this.#keys[at] === key) return key
    return ascending ? this.#keys[at] : this.#keys[at - 1]
  }

  all(): readonly T[] {
    return this.#values
  }

  first(): { readonly key: number; readonly value: T } | undefined {
    return this.#keys.length === 0 ? undefined : { key: this.#keys[0]!, value: this.#values[0]! }
  }

  /** The last one for which `goesOn` holds; it must hold for the first so many and for none after. */
  lastWhere(goesOn: (value: T) => boolean): { readonly key: number; readonly value: T } | undefined {
    let low = 0
    let high = this.#values.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (goesOn(this.#values[middle]!)) low = middle + 1
      else high = middle
    }
    return low === 0 ? undefined : { key: this.#keys[low - 1]!, value: this.#values[low - 1]! }
  }

  #lowerBound(key: number): number {
    const keys = this.#keys
    let low = 0
    let high = keys.length
    if (high > 0 && keys[high - 1]! < key) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }
}
