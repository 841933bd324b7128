import type { TaskEventType } from '../../core/events.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { Task } from '../../core/task.ts'
import type { EngineHost } from '../contract.ts'
import { Crew } from '../shared/crew.ts'
import { Sizes } from './find/sizes.ts'
import { ExtrasWriter } from './extras-writer.ts'
import { noteAt } from './history.ts'
import { Holds } from './holds.ts'
import { KeyHolders } from './keys.ts'
import { loadHeld } from './load.ts'
import { Operations, type Operation } from './operations.ts'
import type { OutputLimits } from './options.ts'
import { Overflow } from './overflow.ts'
import { ReadyMarks } from './ready-marks.ts'
import type { Row } from './row.ts'
import { Reasons } from './reasons.ts'
import { Rows } from './rows.ts'
import type { Sql } from './sql.ts'
import { Tidings } from './tidings.ts'
import { Writer } from './writer.ts'

/** Where a transaction stood. */
interface Marks {
  readonly counted: number
  readonly held: number
}

/**
 * All that the engine knows, in the file and in memory, and the transactions in which it changes. In memory is only what
 * the process needs at hand (who holds what, counts, rows that are likely to be asked for next); whatever of it a
 * transaction changed is put right when that fails.
 */
export class Store {
  readonly crew = new Crew(0, () => this.time)
  readonly holds = new Holds()
  readonly keys = new KeyHolders()
  readonly marks = new ReadyMarks()
  readonly sizes = new Sizes()
  readonly operations: Operations
  readonly reasons: Reasons
  readonly rows: Rows
  readonly writer: Writer
  readonly tidings: Tidings
  readonly overflow: Overflow
  /** Now, epoch milliseconds; it moves only between steps. */
  time: number
  /** The last that were given. */
  seq: number
  claims: number
  /** Ids beyond this one were never seen. */
  greatestId: string
  listening = false
  /** A batch has failed: what is done now is done item by item, see {@link each}. */
  careful = false
  /** Free pages are being given back. */
  vacuuming = false
  /** The log is to be brought into the file as soon as the transaction is over. */
  checkpoint = false
  readonly #ahead: number
  #failure: { readonly error: unknown } | undefined = undefined
  #changes = 0
  /** What is in memory could not be put right after a transaction failed, and has to be before anything else. */
  #stale: Marks | undefined = undefined

  constructor(
    readonly sql: Sql,
    readonly host: EngineHost,
    readonly outputLimits: OutputLimits,
  ) {
    this.tidings = new Tidings(host)
    this.operations = new Operations(sql, this.crew)
    this.reasons = new Reasons(sql)
    this.rows = new Rows(sql, this.operations, this.reasons, this.holds)
    this.writer = new Writer(sql, new ExtrasWriter(sql), this.reasons)
    this.overflow = new Overflow(host.rules.maxEnded, this)
    const meta = sql.get<{ time: number; seq: number; ends: number; claims: number }>('SELECT * FROM meta')!
    this.seq = meta.seq
    this.claims = meta.claims
    this.writer.ends = meta.ends
    // Where the clock has been set back, time goes on from the newest that was stored.
    this.#ahead = Math.max(0, meta.time - host.clock.now())
    this.time = Math.max(meta.time, host.clock.now())
    const last = sql.get<{ id: string }>('SELECT id FROM tasks ORDER BY id DESC LIMIT 1')
    this.greatestId = last?.id ?? ''
    this.operations.load()
    this.reasons.load()
  }

  /** Moves the time on; enough for reading. */
  look(): this {
    if (this.#stale !== undefined) this.#recall(this.#stale)
    this.time = Math.max(this.time, this.host.clock.now() + this.#ahead)
    return this
  }

  begin(): void {
    this.look()
    this.listening = this.host.listening()
    this.#changes = this.sql.changes
    this.sql.statement('BEGIN IMMEDIATE').run()
  }

  commit(): void {
    this.writer.flush()
    if (this.sql.changes !== this.#changes)
      this.sql.run(
        'UPDATE meta SET time = ?, seq = ?, ends = ?, claims = ?',
        this.time,
        this.seq,
        this.writer.ends,
        this.claims,
      )
    this.sql.statement('COMMIT').run()
    this.operations.committed()
    this.holds.committed()
    this.rows.settle()
  }

  /** Nothing since {@link Store.begin} has happened. */
  rollback(): void {
    this.#rollback('ROLLBACK')
    this.tidings.undo()
    this.#recall({ counted: 0, held: 0 })
  }

  /**
   * Does one thing within a transaction as a whole or not at all.
   * @throws what it threw; all is as it was before
   */
  alone<T>(act: () => T): T {
    this.writer.flush()
    const marks = { counted: this.operations.mark, held: this.holds.mark }
    const toTell = this.tidings.mark
    this.sql.exec('SAVEPOINT alone')
    try {
      const answer = act()
      this.writer.flush()
      this.sql.exec('RELEASE alone')
      return answer
    } catch (error) {
      this.#rollback('ROLLBACK TO alone; RELEASE alone')
      this.tidings.takeBack(toTell)
      this.#recall(marks)
      throw error
    }
  }

  /** A call failed for some of its items, although it did the others. */
  failed(error: unknown): void {
    this.#failure ??= { error }
  }

  /** What {@link Store.failed} was told first, once. */
  takeFailure(): { readonly error: unknown } | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }

  tell(): void {
    if (this.overflow.excess > 0) this.tidings.due(this.time)
    this.tidings.tell(this.time)
  }

  /** The task with this id, whatever has been changed of it so far. */
  byId(id: string): Row | undefined {
    return this.rows.byId(id)
  }

  /** The row has to be written, and its version and time of change move on. */
  touch(row: Row): void {
    row.version++
    row.modified = this.time
    this.writer.add(row)
  }

  /** Adds a message. Call it before the change, so that the messages until now still follow from the fields. */
  note(row: Row, text: string): void {
    noteAt(row, text, this.time)
    this.writer.add(row)
  }

  /** When the row is to be looked at. */
  setDue(row: Row, due: number | undefined): void {
    if (row.due === due) return
    row.due = due
    this.writer.add(row)
    if (due !== undefined) this.tidings.due(due)
  }

  /** The task as it is now, and an event of it. */
  changed(type: TaskEventType, row: Row): Task {
    const task = snapshot(row)
    if (this.listening) this.tidings.events.push({ type, task })
    return task
  }

  /** An event without a need for the snapshot. */
  announce(type: TaskEventType, row: Row): void {
    if (this.listening) this.changed(type, row)
  }

  claimable(op: Operation): void {
    if (!op.paused) this.tidings.ready = true
  }

  /** A place under the limit of the operation has become free. */
  vacated(op: Operation): void {
    if (!op.crowded) return
    op.crowded = false
    this.claimable(op)
  }

  #rollback(statement: string): void {
    try {
      this.sql.exec(statement)
    } catch {
      // When the disk is full, SQLite has rolled back by itself already.
    }
  }

  #recall(marks: Marks): void {
    this.#stale = marks
    this.writer.clear()
    this.rows.clear()
    this.marks.clear()
    this.overflow.restart()
    this.operations.undo(marks.counted)
    this.reasons.load()
    loadHeld(this, { count: false, mark: marks.held })
    this.rows.settle()
    this.#stale = undefined
  }
}
