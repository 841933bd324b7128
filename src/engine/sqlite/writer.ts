import type { ExtrasWriter } from './extras-writer.ts'
import { writtenIf } from './json-text.ts'
import { PlainWriter } from './plain-writer.ts'
import { argsOf } from './records.ts'
import type { Reasons } from './reasons.ts'
import type { Row } from './row.ts'
import type { Sql } from './sql.ts'

const COLUMNS =
  'seq, id, op, stage, priority, retain, kin, created, due, args, tags, claimed, started, ended, end_seq, reason, result'
const INSERT = `INSERT INTO tasks (${COLUMNS}) VALUES (${COLUMNS.split(',')
  .map(() => '?')
  .join(', ')})`
const UPDATE =
  'UPDATE tasks SET stage = ?, priority = ?, kin = ?, claimed = ?, started = ?, ended = ?, end_seq = ?, due = ?, ' +
  'reason = ?, result = ? WHERE seq = ?'

/**
 * Writes the rows that have changed. It waits until somebody reads what they are found by, or until the transaction ends,
 * so that plain rows, which are most, can be written together.
 */
export class Writer {
  /** Those without anything besides the row, when they were added; the others. */
  #plain: Row[] = []
  #rich: Row[] = []
  /** The last place in the order of ends that was given. */
  ends = 0
  readonly #together: PlainWriter

  constructor(
    private readonly sql: Sql,
    private readonly extras: ExtrasWriter,
    private readonly reasons: Reasons,
  ) {
    this.#together = new PlainWriter(sql, reasons)
  }

  /** The row has changed. */
  add(row: Row): void {
    if (row.dirty) return
    row.dirty = true
    if (row.kin === 0 && row.tags.length === 0) this.#plain.push(row)
    else this.#rich.push(row)
  }

  /** What was changed is forgotten: its transaction has failed. */
  clear(): void {
    this.#plain = []
    this.#rich = []
  }

  /** Enough for whoever finds tasks by what only tasks with extras have. */
  flushExtras(): void {
    if (this.#rich.length === 0) return
    const rows = this.#rich
    this.#rich = []
    for (const row of rows) this.#write(row)
  }

  flush(): void {
    this.flushExtras()
    if (this.#plain.length === 0) return
    const rows = this.#plain
    this.#plain = []
    const rest = this.#together.write(rows, this.ends)
    this.ends = rest.ends
    for (const row of rest.rows) this.#write(row)
  }

  #write(row: Row): void {
    row.dirty = false
    if (row.stored) this.#update(row)
    else this.#insert(row)
  }

  #insert(row: Row): void {
    const { seq, id, op, stage, priority, retain, kin, created, tags } = row
    const endsNow = row.ended !== undefined
    this.sql.run(
      INSERT,
      seq,
      id,
      op.number,
      stage,
      priority,
      retain,
      kin,
      created,
      row.due ?? null,
      argsOf(row),
      tags.length === 0 ? null : JSON.stringify(tags),
      row.claimed ?? null,
      row.started ?? null,
      row.ended ?? null,
      this.#endSeq(row),
      this.reasons.write(row.reason),
      writtenIf(row.result),
    )
    row.stored = true
    this.extras.write(row, { isNew: true, endsNow })
  }

  #update(row: Row): void {
    const endsNow = row.ended !== undefined && row.endSeq === undefined
    this.sql.run(
      UPDATE,
      row.stage,
      row.priority,
      row.kin,
      row.claimed ?? null,
      row.started ?? null,
      row.ended ?? null,
      this.#endSeq(row),
      row.due ?? null,
      this.reasons.write(row.reason),
      writtenIf(row.result),
      row.seq,
    )
    this.extras.write(row, { isNew: false, endsNow })
  }

  #endSeq(row: Row): number | null {
    if (row.ended === undefined) return null
    return (row.endSeq ??= ++this.ends)
  }
}
