import type { Row } from './row.ts'
import type { RowTable } from './row-table.ts'
import { SeqSet } from './seq-set.ts'

/** Whose turn it is among tasks that could all be claimed. */
export class Turn {
  /**
   * @param rows the rows by sequence number
   * @param ageing what a step of priority is worth, in ms of waiting; undefined: more than any wait
   */
  constructor(
    readonly rows: RowTable,
    readonly ageing: number | undefined,
  ) {}

  goesBefore(a: Row, b: Row): boolean {
    if (a.priority === b.priority) return a.seq < b.seq
    if (this.ageing === undefined) return a.priority > b.priority
    const ahead = b.created - a.created + (a.priority - b.priority) * this.ageing
    return ahead === 0 ? a.seq < b.seq : ahead > 0
  }
}

/** Tasks in the order in which they are taken: by priority, the higher first, then by creation; or as {@link Turn} ages them. */
export class ReadyQueue {
  readonly #levels: { readonly priority: number; readonly members: SeqSet }[] = []
  readonly #turn: Turn
  size = 0

  constructor(turn: Turn) {
    this.#turn = turn
  }

  add({ priority, seq }: Row): void {
    this.#level(priority).add(seq)
    this.size++
  }

  delete({ priority, seq }: Row): void {
    const at = this.#levels.findIndex((level) => level.priority === priority)
    const level = this.#levels[at]
    if (level === undefined || !level.members.has(seq)) return
    level.members.delete(seq)
    this.size--
    if (level.members.size === 0 && this.#levels.length > 1) this.#levels.splice(at, 1)
  }

  /** The next task. Within one level of priority, age and creation are one order. */
  first(): Row | undefined {
    const turn = this.#turn
    let best: Row | undefined
    for (const { members } of this.#levels) {
      const seq = members.first()
      if (seq === undefined) continue
      const row = turn.rows.get(seq)!
      if (turn.ageing === undefined) return row
      if (best === undefined || turn.goesBefore(row, best)) best = row
    }
    return best
  }

  #level(priority: number): SeqSet {
    const at = this.#levels.findIndex((level) => level.priority <= priority)
    if (this.#levels[at]?.priority === priority) return this.#levels[at].members
    const level = { priority, members: new SeqSet() }
    this.#levels.splice(at < 0 ? this.#levels.length : at, 0, level)
    return level.members
  }
}
