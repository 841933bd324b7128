import type { Holds } from './holds.ts'
import { Kin } from './kin.ts'
import type { Operations } from './operations.ts'
import { EXTRAS_COLUMNS, TASK_COLUMNS, rowOf, type ExtrasRecord, type TaskRecord } from './records.ts'
import type { Reasons } from './reasons.ts'
import type { Row } from './row.ts'
import { listed, type Sql } from './sql.ts'

/** Of the tasks that wait, so many that were touched last are kept at hand, twice that at most. */
const AT_HAND = 1_024

const BY_SEQ = `SELECT ${TASK_COLUMNS} FROM tasks WHERE seq = ?`
const BY_SEQS = `SELECT ${TASK_COLUMNS} FROM tasks WHERE seq IN (SELECT value FROM json_each(?))`
const BY_ID = `SELECT ${TASK_COLUMNS} FROM tasks WHERE id = ?`
const EXTRAS_OF = `SELECT ${EXTRAS_COLUMNS} FROM extras WHERE seq = ?`
const EXTRAS_OF_ALL = `SELECT ${EXTRAS_COLUMNS} FROM extras WHERE seq IN (SELECT value FROM json_each(?))`

/**
 * The rows as objects. Within one transaction a task is one object, whoever asks for it and how, so that no change is
 * lost. Between transactions those that are held are kept, and of those that wait the newest, because they are likely to
 * be claimed next; all others are only in the file.
 */
export class Rows {
  /** Those of the transaction so far. */
  #touched = new Map<number, Row>()
  /** Those of them that are new, which the file may not have yet. */
  #new = new Map<string, Row>()
  #young = new Map<number, Row>()
  #old = new Map<number, Row>()

  constructor(
    private readonly sql: Sql,
    readonly operations: Operations,
    readonly reasons: Reasons,
    private readonly holds: Holds,
  ) {}

  get(seq: number): Row | undefined {
    const known = this.#known(seq)
    if (known !== undefined) return known
    const record = this.sql.get<TaskRecord>(BY_SEQ, seq)
    return record === undefined ? undefined : this.#kept(record)
  }

  byId(id: string): Row | undefined {
    const added = this.#new.get(id)
    if (added !== undefined) return added
    const record = this.sql.get<TaskRecord>(BY_ID, id)
    if (record === undefined) return undefined
    return this.#known(record.seq) ?? this.#kept(record)
  }

  /** In the order of the numbers; those that are gone are left out. */
  many(seqs: readonly number[]): Row[] {
    const found = new Map<number, Row>()
    const missing: number[] = []
    for (const seq of seqs) {
      const known = this.#known(seq)
      if (known === undefined) missing.push(seq)
      else found.set(seq, known)
    }
    if (missing.length > 0) for (const row of this.#read(missing)) found.set(row.seq, row)
    return seqs.map((seq) => found.get(seq)).filter((row) => row !== undefined)
  }

  /** A row that is not in the file yet. */
  add(row: Row): void {
    this.#touched.set(row.seq, row)
    this.#new.set(row.id, row)
  }

  /** A row that is not in the file as it is here: whoever asks for the task must be given this very one. */
  keep(row: Row): void {
    this.#touched.set(row.seq, row)
  }

  /** It is not in the file any more. */
  forget(seq: number): void {
    const row = this.#touched.get(seq)
    if (row !== undefined) this.#new.delete(row.id)
    this.#touched.delete(seq)
    this.#young.delete(seq)
    this.#old.delete(seq)
  }

  /** A transaction is over, or rows were read without one. */
  settle(): void {
    for (const row of this.#touched.values())
      if (row.hold === undefined && !row.bulky && row.state === 'NEW') this.#young.set(row.seq, row)
    this.#touched.clear()
    this.#new.clear()
    if (this.#young.size < AT_HAND) return
    this.#old = this.#young
    this.#young = new Map()
  }

  /** What is in memory is not what is in the file. */
  clear(): void {
    this.#touched.clear()
    this.#new.clear()
    this.#young.clear()
    this.#old.clear()
  }

  #known(seq: number): Row | undefined {
    return this.holds.of(seq) ?? this.#touched.get(seq) ?? this.#young.get(seq) ?? this.#old.get(seq)
  }

  #read(seqs: readonly number[]): Row[] {
    const records = this.sql.all<TaskRecord>(BY_SEQS, listed(seqs))
    const withExtras = records.filter(({ kin }) => (kin & Kin.EXTRAS) !== 0).map(({ seq }) => seq)
    const extras = new Map(
      withExtras.length === 0
        ? []
        : this.sql
            .all<ExtrasRecord>(EXTRAS_OF_ALL, listed(withExtras))
            .map((record) => [record.seq, record] as const),
    )
    return records.map((record) => this.#touch(rowOf(record, extras.get(record.seq), this)))
  }

  #kept(record: TaskRecord): Row {
    const extras =
      (record.kin & Kin.EXTRAS) === 0 ? undefined : this.sql.get<ExtrasRecord>(EXTRAS_OF, record.seq)
    return this.#touch(rowOf(record, extras, this))
  }

  #touch(row: Row): Row {
    this.#touched.set(row.seq, row)
    return row
  }
}
