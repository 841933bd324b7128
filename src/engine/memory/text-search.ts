import { redacted } from '../../core/redact.ts'
import type { Row } from './row.ts'

/** A search looks at no more than so many rows and characters at once; then it hands out what it has, and a cursor. */
const MOST_ROWS = 5_000
const MOST_CHARACTERS = 2_000_000

/** Looks for a text in tasks, one by one, for a while. */
export class TextSearch {
  readonly #needle: string
  #rows = 0
  #characters = 0

  constructor(text: string) {
    this.#needle = text.toLowerCase()
  }

  /** It has looked at so much that others should have their turn. */
  get tired(): boolean {
    return this.#rows >= MOST_ROWS || this.#characters >= MOST_CHARACTERS
  }

  finds(row: Row): boolean {
    this.#rows++
    return (
      this.#within(row.id) ||
      this.#within(row.operation) ||
      this.#within(row.name) ||
      row.tags.some((tag) => this.#within(tag)) ||
      this.#within(row.reason?.message) ||
      this.#within(row.progress?.message) ||
      this.#within(JSON.stringify(row.secrets === undefined ? row.args : redacted(row.args, row.secrets)))
    )
  }

  #within(text: string | undefined): boolean {
    if (text === undefined) return false
    this.#characters += text.length
    return text.toLowerCase().includes(this.#needle)
  }
}
