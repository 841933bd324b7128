/** A block covers 1024 neighbouring numbers with 32 words of 32 bits. */
const BLOCK = 1024
const WORDS = BLOCK / 32

/** Up to so many members are kept as a plain list: a tag that two tasks have should not cost a block. */
const FEW = 8

/** The words of one block, bit `n & 31` of word `(n & 1023) >> 5` for member `n`. */
export type Words = number[]

export const blockOf = (n: number): number => Math.floor(n / BLOCK)
export const firstOf = (block: number): number => block * BLOCK

export function emptyWords(): Words {
  return new Array<number>(WORDS).fill(0)
}

/**
 * An ordered set of whole numbers that are handed out in ascending order, as the sequence numbers of tasks are. A
 * block-wise bitmap: adding and deleting cost the same however many there are, a million members take about a third of
 * a megabyte, and sets are intersected 32 members at a time.
 */
export class SeqSet {
  size = 0
  #few: number[] | undefined = []
  #blocks: number[] = []
  #words: Words[] = []
  #counts: number[] = []
  #last = 0

  has(n: number): boolean {
    if (this.#few !== undefined) return this.#few.includes(n)
    const at = this.#find(blockOf(n))
    return at >= 0 && (this.#words[at]![(n & (BLOCK - 1)) >> 5]! & (1 << (n & 31))) !== 0
  }

  add(n: number): void {
    if (this.#few !== undefined) {
      if (this.#few.includes(n)) return
      if (this.#few.length < FEW) {
        this.#few.push(n)
        this.size++
        return
      }
      this.#spread(this.#few)
    }
    this.#set(n)
  }

  delete(n: number): void {
    if (this.#few !== undefined) {
      const at = this.#few.indexOf(n)
      if (at < 0) return
      this.#few.splice(at, 1)
      this.size--
      return
    }
    const at = this.#find(blockOf(n))
    if (at < 0) return
    const words = this.#words[at]!
    const word = (n & (BLOCK - 1)) >> 5
    const bit = 1 << (n & 31)
    if ((words[word]! & bit) === 0) return
    words[word]! &= ~bit
    this.size--
    if (--this.#counts[at]! === 0) this.#drop(at)
  }

  /** The least member. */
  first(): number | undefined {
    if (this.size === 0) return undefined
    if (this.#few !== undefined) return Math.min(...this.#few)
    const words = this.#words[0]!
    for (let word = 0; word < WORDS; word++) {
      const bits = words[word]!
      if (bits !== 0) return firstOf(this.#blocks[0]!) + word * 32 + lowest(bits)
    }
    return undefined
  }

  /** The nearest block that has members, from `block` on in that direction. */
  nextBlock(block: number, ascending: boolean): number | undefined {
    if (this.#few !== undefined) {
      let best: number | undefined
      for (const n of this.#few) {
        const candidate = blockOf(n)
        if (ascending ? candidate < block : candidate > block) continue
        if (best === undefined || (ascending ? candidate < best : candidate > best)) best = candidate
      }
      return best
    }
    const at = this.#lowerBound(block)
    if (this.#blocks[at] === block) return block
    return ascending ? this.#blocks[at] : this.#blocks[at - 1]
  }

  /** Adds this set's members of a block to `words`. */
  unite(block: number, words: Words): void {
    if (this.#few !== undefined) {
      for (const n of this.#few) if (blockOf(n) === block) words[(n & (BLOCK - 1)) >> 5]! |= 1 << (n & 31)
      return
    }
    const at = this.#find(block)
    if (at < 0) return
    const own = this.#words[at]!
    for (let word = 0; word < WORDS; word++) words[word]! |= own[word]!
  }

  #set(n: number): void {
    const block = blockOf(n)
    let at = this.#find(block)
    if (at < 0) {
      at = this.#lowerBound(block)
      this.#blocks.splice(at, 0, block)
      this.#words.splice(at, 0, emptyWords())
      this.#counts.splice(at, 0, 0)
      this.#last = at
    }
    const words = this.#words[at]!
    const word = (n & (BLOCK - 1)) >> 5
    const bit = 1 << (n & 31)
    if ((words[word]! & bit) !== 0) return
    words[word]! |= bit
    this.#counts[at]!++
    this.size++
  }

  #spread(few: readonly number[]): void {
    this.#few = undefined
    this.size = 0
    for (const n of few) this.#set(n)
  }

  /** A set that has become empty starts small again. */
  #drop(at: number): void {
    this.#blocks.splice(at, 1)
    this.#words.splice(at, 1)
    this.#counts.splice(at, 1)
    this.#last = 0
    if (this.size === 0) this.#few = []
  }

  /** Neighbouring numbers are asked for one after the other, so the last answer is tried first. */
  #find(block: number): number {
    if (this.#blocks[this.#last] === block) return this.#last
    const at = this.#lowerBound(block)
    if (this.#blocks[at] !== block) return -1
    this.#last = at
    return at
  }

  #lowerBound(block: number): number {
    const blocks = this.#blocks
    let low = 0
    let high = blocks.length
    if (high > 0 && blocks[high - 1]! < block) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (blocks[middle]! < block) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The number of the lowest bit that is set. */
export function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

/** The number of the highest bit that is set. */
export function highest(bits: number): number {
  return 31 - Math.clz32(bits)
}

/** How many bits are set (the divide-and-conquer count of Hacker's Delight, chapter 5). */
export function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
