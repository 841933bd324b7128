import { isRoot, purge } from './retention.ts'
import type { Row } from './row.ts'
import { isEndStage } from './stage.ts'
import type { Store } from './store.ts'

interface End {
  readonly seq: number
  readonly end_seq: number
}

const NEXT_ENDS =
  'SELECT seq, end_seq FROM tasks INDEXED BY task_ends WHERE op = ? AND stage = ? AND end_seq > ? ORDER BY end_seq LIMIT ?'

/**
 * Notices when more ended tasks are kept than the manager wants. Those that ended first are to go first, as if their
 * time to be kept were over: what still belongs to others (a tree that goes on, a task that comes after it) stays until
 * that has ended too.
 */
export class Overflow {
  /** The last in the order of ends that was looked at, and how many up to that one are still there. */
  #looked = 0
  #left = 0

  /** @param most undefined: any number */
  constructor(
    private readonly most: number | undefined,
    private readonly store: Store,
  ) {}

  /** How many there are too many, of those that were not looked at. */
  get excess(): number {
    return this.most === undefined ? 0 : Math.max(0, this.store.operations.ended - this.#left - this.most)
  }

  /** Purges what there is too much of, so many at most. */
  trim(atMost: number): void {
    const count = Math.min(this.excess, atMost)
    if (count === 0) return
    this.store.writer.flush()
    for (const { seq, end_seq } of this.#next(count)) {
      const row = this.store.rows.get(seq)
      // It may have gone with its tree.
      if (row === undefined) continue
      this.#looked = end_seq
      this.#left++
      if (isRoot(this.store, row)) purge(this.store, row)
    }
  }

  /** Whether the ended task would be gone but for what it still belongs to. */
  covers({ endSeq }: Pick<Row, 'endSeq'>): boolean {
    return endSeq !== undefined && endSeq <= this.#looked
  }

  /** An ended task has gone. */
  forget(row: Pick<Row, 'endSeq'>): void {
    if (this.covers(row)) this.#left--
  }

  /** A transaction has failed: what was looked at in it has to be looked at again, and so all of it. */
  restart(): void {
    this.#looked = 0
    this.#left = 0
  }

  #next(count: number): End[] {
    const ends: End[] = []
    for (const op of this.store.operations.all())
      for (const stage of op.stages)
        if (isEndStage(stage) && op.count(stage) > 0)
          ends.push(...this.store.sql.all<End>(NEXT_ENDS, op.number, stage, this.#looked, count))
    return ends.sort((a, b) => a.end_seq - b.end_seq).slice(0, count)
  }
}
