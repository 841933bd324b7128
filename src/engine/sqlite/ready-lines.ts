import type { ClaimWish } from '../contract.ts'
import { goesBefore } from './keys.ts'
import type { Operation } from './operations.ts'
import type { Row } from './row.ts'
import { isReady, priorityOf } from './stage.ts'
import type { Store } from './store.ts'

/** A claim looks at so many tasks of one stage that it cannot take, and then leaves the rest to the next claim. */
const MOST_IN_VAIN = 10_000
const LEAST_PAGE = 8
const LARGEST_PAGE = 1_000

const PAGE =
  'SELECT seq FROM tasks INDEXED BY task_stages WHERE op = ? AND stage = ? AND seq >= ? ORDER BY seq LIMIT ?'

/** The tasks of one operation that are ready at one priority, in the order of their creation, as far as the worker may take them. */
class Level {
  #rows: Row[] = []
  #at = 0
  /** From where on the file was not looked at. */
  #from: number
  #exhausted = false
  #inVain = 0
  /** How many are read next: at first what is probably needed, then more and more. */
  #page: number

  constructor(
    private readonly store: Store,
    private readonly op: Operation,
    private readonly stage: number,
    private readonly tags: readonly string[] | undefined,
    page: number,
  ) {
    this.#page = page
    this.#from = store.marks.get(tags, op, stage)
  }

  first(): Row | undefined {
    for (;;) {
      const row = this.#rows[this.#at]
      if (row === undefined) {
        if (this.#exhausted || this.tired) return undefined
        this.#read()
      } else if (this.#fits(row)) return row
      else this.#at++
    }
  }

  /** It has looked at so much in vain that others should have their turn. */
  get tired(): boolean {
    return this.#inVain >= MOST_IN_VAIN
  }

  /** The next claim need not look at what this one has seen. */
  finish(): void {
    const { store, op, stage, tags } = this
    const next = this.#rows[this.#at]?.seq ?? (this.#exhausted ? store.seq + 1 : this.#from)
    store.marks.set(tags, op, stage, next)
  }

  #read(): void {
    const { store, op, stage } = this
    const page = this.#page
    this.#page = Math.min(2 * page, LARGEST_PAGE)
    const found = store.sql.all<{ seq: number }>(PAGE, op.number, stage, this.#from, page)
    this.#rows = store.rows.many(
      found.map(({ seq }) => seq).filter((seq) => store.holds.of(seq) === undefined),
    )
    this.#at = 0
    this.#exhausted = found.length < page
    this.#from = (found.at(-1)?.seq ?? this.#from) + 1
    this.#inVain += found.length - this.#rows.length
  }

  #fits(row: Row): boolean {
    const { tags } = this
    // It may have been claimed, or its key taken, since it was read.
    if (row.stage !== this.stage || row.hold !== undefined) return false
    if (tags === undefined || row.tags.every((tag) => tags.includes(tag))) return true
    this.#inVain++
    return false
  }
}

/** What of one operation is ready, in the order in which it is handed out. */
export class ReadyLine {
  readonly #levels: Level[]
  #left: number

  constructor(
    private readonly store: Store,
    op: Operation,
    wish: ClaimWish,
    room: number,
  ) {
    this.#left = room
    const share = Math.ceil(wish.limit / wish.room.size)
    const page = Math.min(LARGEST_PAGE, Math.max(LEAST_PAGE, Math.min(room, share)))
    const stages = [...op.stages].filter((stage) => isReady(stage) && op.count(stage) > 0)
    stages.sort((a, b) => priorityOf(b) - priorityOf(a))
    this.#levels = stages.map((stage) => new Level(store, op, stage, wish.tags, page))
  }

  first(): Row | undefined {
    if (this.#left <= 0) return undefined
    let best: Row | undefined
    for (const level of this.#levels) {
      const row = level.first()
      if (row === undefined || (best !== undefined && !goesBefore(this.store, row, best))) continue
      best = row
      // Without ageing, whatever is ready at a lower priority comes later.
      if (this.store.host.rules.ageing === undefined) break
    }
    return best
  }

  take(): void {
    this.#left--
  }

  finish(): void {
    for (const level of this.#levels) {
      level.finish()
      if (level.tired) this.store.tidings.ready = true
    }
  }
}
