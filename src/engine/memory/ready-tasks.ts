import { ReadyQueue, type Turn } from './ready-queue.ts'
import type { Row } from './row.ts'
import { TagLines } from './tag-lines.ts'

/** The tasks of one operation that may be claimed. Those with tags are kept twice: all together, and by their tags. */
export class ReadyTasks {
  readonly #turn: Turn
  readonly #plain: ReadyQueue
  #tagged: { readonly all: ReadyQueue; readonly byTags: TagLines } | undefined

  constructor(turn: Turn) {
    this.#turn = turn
    this.#plain = new ReadyQueue(turn)
  }

  get size(): number {
    return this.#plain.size + (this.#tagged?.all.size ?? 0)
  }

  add(row: Row): void {
    if (row.tags.length === 0) return this.#plain.add(row)
    this.#tagged ??= { all: new ReadyQueue(this.#turn), byTags: new TagLines(this.#turn) }
    this.#tagged.all.add(row)
    this.#tagged.byTags.add(row)
  }

  delete(row: Row): void {
    if (row.tags.length === 0) return this.#plain.delete(row)
    this.#tagged?.all.delete(row)
    this.#tagged?.byTags.delete(row)
  }

  /** The queues that hold what a worker with these tags may take; one without (undefined) may take anything. */
  queues(tags: readonly string[] | undefined): readonly ReadyQueue[] {
    if (this.#tagged === undefined) return [this.#plain]
    return [this.#plain, ...(tags === undefined ? [this.#tagged.all] : this.#tagged.byTags.within(tags))]
  }
}
