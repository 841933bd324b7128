import { redacted } from '../../core/redact.ts'
import type { Task } from '../../core/task.ts'
import { TextSearch } from '../shared/text-search.ts'

/** Looks for a text in records: first in the record as it stands, and in the task only where that has it. */
export class RecordSearch {
  readonly #search: TextSearch
  readonly #needle: string
  /** JSON writes it as it is. */
  readonly #isPlain: boolean

  constructor(text: string) {
    this.#search = new TextSearch(text)
    this.#needle = text.toLowerCase()
    this.#isPlain = JSON.stringify(text) === `"${text}"`
  }

  /** It has looked at so much that others should have their turn. */
  get isTired(): boolean {
    return this.#search.tired
  }

  /** Whether it is worth while to read the record; most are not. */
  mayFind(record: string): boolean {
    if (!this.#isPlain || record.toLowerCase().includes(this.#needle)) return true
    this.#search.pass(record.length)
    return false
  }

  finds(task: Task): boolean {
    const { args, secrets } = task
    return this.#search.finds(task, () =>
      JSON.stringify(secrets === undefined ? args : redacted(args, secrets)),
    )
  }
}
