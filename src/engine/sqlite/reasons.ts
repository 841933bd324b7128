import type { Reason } from '../../core/task.ts'
import { parsed } from './json-text.ts'
import type { Sql } from './sql.ts'

/** Managers say so in one way, or in few. */
const MOST = 64

/**
 * How a reason is written: as JSON, or as the number of one that nearly all tasks have. That makes a row a quarter
 * smaller.
 */
export class Reasons {
  #numbers = new Map<string, number>()
  #reasons = new Map<number, Reason>()
  /** Most tasks of a batch end for the same reason, which the manager hands down as the same object. */
  #last: { readonly of: Reason | undefined; readonly written: string | number | null } = {
    of: undefined,
    written: null,
  }

  constructor(private readonly sql: Sql) {}

  /** Reads all of it from the file. */
  load(): void {
    const known = this.sql.all<{ number: number; reason: string }>('SELECT number, reason FROM reasons')
    this.#numbers = new Map(known.map(({ number, reason }) => [reason, number]))
    this.#reasons = new Map(known.map(({ number, reason }) => [number, parsed(reason) as unknown as Reason]))
    this.#last = { of: undefined, written: null }
  }

  write(reason: Reason | undefined): string | number | null {
    if (this.#last.of !== reason) this.#last = { of: reason, written: this.#written(reason) }
    return this.#last.written
  }

  read(written: string | number | null): Reason | undefined {
    if (written === null) return undefined
    return typeof written === 'number' ? this.#reasons.get(written) : (parsed(written) as unknown as Reason)
  }

  #written(reason: Reason | undefined): string | number | null {
    if (reason === undefined) return null
    const text = JSON.stringify(reason)
    return reason.code === 'returned' ? (this.#numberOf(text) ?? text) : text
  }

  #numberOf(text: string): number | undefined {
    const known = this.#numbers.get(text)
    if (known !== undefined || this.#numbers.size >= MOST) return known
    const number = this.#numbers.size + 1
    this.sql.run('INSERT INTO reasons (number, reason) VALUES (?, ?)', number, text)
    this.#numbers.set(text, number)
    this.#reasons.set(number, parsed(text) as unknown as Reason)
    return number
  }
}
