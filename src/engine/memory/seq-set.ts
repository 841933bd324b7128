import { BLOCK, blockOf, Blocks, firstOf, placeIn } from './blocks.ts'

const WORDS = BLOCK / 32

/** Up to so many members are kept as a plain list: a tag that two tasks have should not cost a block. */
const FEW = 8

/** The words of one block: bit `n % 32` of word `place / 32` for each member `n`. */
export type Words = number[]

/** What a search asks of a set of numbers. */
export interface Members {
  readonly size: number
  has(n: number): boolean
  /** The nearest block that may have members, from `block` on in that direction. */
  nearestBlock(block: number, ascending: boolean): number | undefined
  /** Adds the members of a block to `words`. */
  unite(block: number, words: Words): void
}

interface BitBlock {
  readonly words: Words
  count: number
}

export function emptyWords(): Words {
  return new Array<number>(WORDS).fill(0)
}

/**
 * An ordered set of whole numbers that are handed out in ascending order, as the sequence numbers of tasks are. A
 * block-wise bitmap: adding and deleting cost the same however many there are, a million members take about a third of
 * a megabyte, and sets are intersected 32 members at a time.
 */
export class SeqSet implements Members {
  size = 0
  #few: number[] | undefined = []
  readonly #blocks = new Blocks<BitBlock>()

  has(n: number): boolean {
    if (this.#few !== undefined) return this.#few.includes(n)
    const block = this.#blocks.get(blockOf(n))
    return block !== undefined && (block.words[placeIn(n) >> 5]! & (1 << (n & 31))) !== 0
  }

  add(n: number): void {
    if (this.#few === undefined) return this.#set(n)
    if (this.#few.includes(n)) return
    if (this.#few.length === FEW) return this.#spread(this.#few, n)
    this.#few.push(n)
    this.size++
  }

  delete(n: number): void {
    if (this.#few !== undefined) return this.#deleteFromFew(this.#few, n)
    const key = blockOf(n)
    const block = this.#blocks.get(key)
    if (block === undefined) return
    const word = placeIn(n) >> 5
    const bit = 1 << (n & 31)
    if ((block.words[word]! & bit) === 0) return
    block.words[word]! &= ~bit
    this.size--
    if (--block.count === 0) this.#blocks.delete(key)
    // A set that has become empty starts small again.
    if (this.size === 0) this.#few = []
  }

  /** The least member. */
  first(): number | undefined {
    if (this.size === 0) return undefined
    if (this.#few !== undefined) return Math.min(...this.#few)
    const { key, value } = this.#blocks.first()!
    let word = 0
    while (value.words[word] === 0) word++
    return firstOf(key) + word * 32 + lowest(value.words[word]!)
  }

  /** The nearest block that has members, from `block` on in that direction. */
  nearestBlock(block: number, ascending: boolean): number | undefined {
    if (this.#few === undefined) return this.#blocks.nearest(block, ascending)
    const within = this.#few.map(blockOf).filter((other) => (ascending ? other >= block : other <= block))
    if (within.length === 0) return undefined
    return ascending ? Math.min(...within) : Math.max(...within)
  }

  /** Adds this set's members of a block to `words`. */
  unite(block: number, words: Words): void {
    if (this.#few !== undefined) {
      for (const n of this.#few) if (blockOf(n) === block) words[placeIn(n) >> 5]! |= 1 << (n & 31)
      return
    }
    const own = this.#blocks.get(block)?.words
    if (own !== undefined) for (let word = 0; word < WORDS; word++) words[word]! |= own[word]!
  }

  #set(n: number): void {
    const key = blockOf(n)
    const block = this.#blocks.get(key) ?? this.#blocks.add(key, { words: emptyWords(), count: 0 })
    const word = placeIn(n) >> 5
    const bit = 1 << (n & 31)
    if ((block.words[word]! & bit) !== 0) return
    block.words[word]! |= bit
    block.count++
    this.size++
  }

  #deleteFromFew(few: number[], n: number): void {
    const at = few.indexOf(n)
    if (at < 0) return
    few.splice(at, 1)
    this.size--
  }

  #spread(few: readonly number[], next: number): void {
    this.#few = undefined
    this.size = 0
    for (const n of few) this.#set(n)
    this.#set(next)
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
