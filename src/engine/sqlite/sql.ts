import type { Database, Statement, Value } from './driver.ts'

/** Statements made for filters differ in their number of values, so there is no end of them; beyond this all are forgotten. */
const MOST_STATEMENTS = 500

/** The database, with each statement compiled once. */
export class Sql {
  readonly #database: Database
  readonly #statements = new Map<string, Statement>()
  /** Grows with each statement that changes something. */
  changes = 0

  constructor(database: Database) {
    this.#database = database
  }

  /** The compiled statement, for those who run it again and again. */
  statement(text: string): Statement {
    let statement = this.#statements.get(text)
    if (statement === undefined) {
      if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear()
      statement = this.#database.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  /** Runs a statement that changes something. */
  run(text: string, ...values: Value[]): void {
    this.changes++
    this.statement(text).run(...values)
  }

  /** The first row; `Row` is what the text of the statement asks for. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the text says which columns come, and the caller which types
  get<Row>(text: string, ...values: Value[]): Row | undefined {
    return this.statement(text).get(...values) as Row | undefined
  }

  all<Row>(text: string, ...values: Value[]): Row[] {
    return this.statement(text).all(...values) as Row[]
  }

  exec(text: string): void {
    this.#database.exec(text)
  }

  /** What a PRAGMA answers, which is one value. */
  pragma(name: string): unknown {
    return Object.values(this.get<Record<string, unknown>>(`PRAGMA ${name}`) ?? {})[0]
  }
}

/** The numbers as one value, for `IN (SELECT value FROM json_each(?))`. */
export function listed(numbers: readonly number[]): string {
  return `[${numbers.join(',')}]`
}

// oxlint-disable-next-line no-control-regex -- these two are what it is about
const UNSAFE = /[\0-\x01\ud800-\udfff]/u

/**
 * A text of the user's as the key of an index. Zero bytes end a text on some builds of SQLite, and halves of surrogate
 * pairs come back as another character; both are spelled out, so that two keys never become one.
 */
export function keyText(text: string): string {
  return UNSAFE.test(text) ? `\u0001${JSON.stringify(text)}` : text
}
