import type { Due } from '../../core/due-heap.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'
import { walk } from './walk.ts'

/**
 * Notices when more ended tasks are kept than the manager wants. Those that ended first are to go first, as if their
 * time to be kept were over: what still belongs to others (a tree that goes on, a task that comes after it) stays until
 * that has ended too. It is due whenever there is somebody to look at.
 */
export class Overflow implements Due {
  due = 0
  place = -1
  /** The last in the order of ends that was looked at, and how many up to that one are still there. */
  #looked = 0
  #left = 0

  /** @param most undefined: any number */
  constructor(
    private readonly most: number | undefined,
    private readonly store: Store,
  ) {}

  /** Are there too many? */
  check(): void {
    if (this.most === undefined || this.place >= 0) return
    const { indexes, dues, time } = this.store
    if (indexes.ends.size - this.#left > this.most) dues.set(this, time)
  }

  /** The next one whose time is over. */
  next(): Row | undefined {
    const { ends, rowsByEnd } = this.store.indexes
    let row: Row | undefined
    walk([[ends]], this.#looked + 1, true, (endSeq) => {
      row = rowsByEnd.get(endSeq)
      this.#looked = endSeq
      this.#left++
      return false
    })
    return row
  }

  /** Whether the ended task would be gone but for what it still belongs to. */
  covers({ endSeq }: Row): boolean {
    return endSeq <= this.#looked
  }

  /** An ended task has gone. */
  forget(row: Row): void {
    if (this.covers(row)) this.#left--
  }
}
