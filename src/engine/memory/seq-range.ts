import { BLOCK, blockOf, firstOf } from './blocks.ts'
import type { Members, Words } from './seq-set.ts'

/** All whole numbers from `first` to `last`, as a condition beside sets: tasks that were created in a stretch of time. */
export class SeqRange implements Members {
  readonly size: number

  constructor(
    private readonly first: number,
    private readonly last: number,
  ) {
    this.size = Math.max(0, last - first + 1)
  }

  has(n: number): boolean {
    return n >= this.first && n <= this.last
  }

  nearestBlock(block: number, ascending: boolean): number | undefined {
    const least = blockOf(this.first)
    const most = blockOf(this.last)
    const nearest = ascending ? Math.max(block, least) : Math.min(block, most)
    return nearest < least || nearest > most ? undefined : nearest
  }

  unite(block: number, words: Words): void {
    const start = firstOf(block)
    const from = Math.max(0, this.first - start)
    const to = Math.min(BLOCK - 1, this.last - start)
    for (let place = from; place <= to; place++) words[place >> 5]! |= 1 << (place & 31)
  }
}
