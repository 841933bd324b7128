import { argsOf } from './records.ts'
import type { Reasons } from './reasons.ts'
import type { Row } from './row.ts'
import { listed, type Sql } from './sql.ts'
import { isEndStage } from './stage.ts'

/** So many new tasks go into one statement. */
const AT_ONCE = 16
/** So few ends are better written one by one. */
const FEW = 3
/** A batch of ends is numbered by the tasks' own numbers, unless those lie too far apart. */
const SPARSE = 64
/** So many are purged at once. */
const MOST_TO_PURGE = 500
/** Of so many kinds at once; what is of yet another kind is written by itself. */
const MOST_KINDS = 32

const VALUES = Array.from({ length: AT_ONCE }, () => '(?, ?, ?, ?)').join()
const INSERT_ALL =
  'WITH alike (stage, priority, retain, created) AS (VALUES (?, ?, ?, ?)) ' +
  'INSERT INTO tasks (seq, id, op, stage, priority, retain, kin, created, args) ' +
  'SELECT column1, column2, column3, stage, priority, retain, 0, created, column4 ' +
  `FROM alike CROSS JOIN (VALUES ${VALUES})`
const END_ALL =
  'UPDATE tasks SET stage = ?, claimed = ?, started = ?, ended = ?, end_seq = seq + ?, reason = ? ' +
  'WHERE seq IN (SELECT value FROM json_each(?))'
const PURGE = 'INSERT INTO purges (due, tasks) VALUES (?, ?)'
const RESULT = 'UPDATE tasks SET result = ? WHERE seq = ?'

/** Writes plain rows that are alike in few statements: those that are new, and those that have ended. */
export class PlainWriter {
  constructor(
    private readonly sql: Sql,
    private readonly reasons: Reasons,
  ) {}

  /** Answers what has to be written one by one, and the last place in the order of ends after `ends` that was given. */
  write(rows: readonly Row[], ends: number): { readonly rows: Row[]; readonly ends: number } {
    const rest: Row[] = []
    const starts: Row[][] = []
    const endings: Row[][] = []
    for (const row of rows) {
      if (isPlainStart(row)) sort(starts, row, startsAlike, rest)
      else if (isPlainEnd(row)) sort(endings, row, endsAlike, rest)
      else rest.push(row)
    }
    for (const kind of starts) rest.push(...this.#insert(kind))
    let last = ends
    for (const kind of endings) {
      const ended = this.#end(kind, last)
      if (ended === undefined) rest.push(...kind)
      else last = ended
    }
    return { rows: rest, ends: last }
  }

  /** Writes whole sheets of the rows, and answers those that are left over. */
  #insert(rows: readonly Row[]): readonly Row[] {
    let from = 0
    for (; rows.length - from >= AT_ONCE; from += AT_ONCE) {
      const { stage, priority, retain, created } = rows[from]!
      const values: (string | number)[] = [stage, priority, retain, created]
      for (let i = from; i < from + AT_ONCE; i++) {
        const row = rows[i]!
        values.push(row.seq, row.id, row.op.number, argsOf(row))
        row.stored = true
        row.dirty = false
      }
      this.sql.run(INSERT_ALL, ...values)
    }
    return from === 0 ? rows : rows.slice(from)
  }

  /** Writes the rows, which differ in nothing but their result. Answers the last place that was given; undefined: none. */
  #end(rows: readonly Row[], ends: number): number | undefined {
    const first = rows[0]!
    let least = first.seq
    let most = first.seq
    for (const { seq } of rows) {
      if (seq < least) least = seq
      if (seq > most) most = seq
    }
    if (rows.length <= FEW || most - least > SPARSE * rows.length) return undefined
    const shift = ends + 1 - least
    const seqs: number[] = []
    for (const row of rows) {
      row.endSeq = row.seq + shift
      row.dirty = false
      seqs.push(row.seq)
    }
    this.sql.run(
      END_ALL,
      first.stage,
      first.claimed ?? null,
      first.started ?? null,
      first.ended ?? null,
      shift,
      this.reasons.write(first.reason),
      listed(seqs),
    )
    // One row says when many of them go.
    if (first.due !== undefined)
      for (let from = 0; from < seqs.length; from += MOST_TO_PURGE)
        this.sql.run(PURGE, first.due, listed(seqs.slice(from, from + MOST_TO_PURGE)))
    for (const { result, seq } of rows)
      if (result !== undefined) this.sql.run(RESULT, JSON.stringify(result), seq)
    return most + shift
  }
}

/** Puts the row with those that are like it. */
function sort(kinds: Row[][], row: Row, alike: (a: Row, b: Row) => boolean, rest: Row[]): void {
  const kind = kinds.find((rows) => alike(rows[0]!, row))
  if (kind !== undefined) kind.push(row)
  else if (kinds.length < MOST_KINDS) kinds.push([row])
  else rest.push(row)
}

function isPlain(row: Row): boolean {
  return row.kin === 0 && row.tags.length === 0
}

function isPlainStart(row: Row): boolean {
  return (
    !row.stored &&
    isPlain(row) &&
    row.due === undefined &&
    row.ended === undefined &&
    row.claimed === undefined
  )
}

function startsAlike(a: Row, b: Row): boolean {
  return a.stage === b.stage && a.priority === b.priority && a.retain === b.retain && a.created === b.created
}

function isPlainEnd(row: Row): boolean {
  return row.stored && isPlain(row) && row.endSeq === undefined && isEndStage(row.stage)
}

function endsAlike(a: Row, b: Row): boolean {
  return (
    a.stage === b.stage &&
    a.claimed === b.claimed &&
    a.started === b.started &&
    a.ended === b.ended &&
    a.due === b.due &&
    a.reason === b.reason
  )
}
