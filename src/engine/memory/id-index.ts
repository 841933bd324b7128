import type { Row } from './row.ts'
import type { RowTable } from './row-table.ts'

/**
 * Finds rows by id. Its modes:
 *
 * | mode | when | how |
 * |---|---|---|
 * | in order | every id was greater than those before, as a manager makes them | a search in the rows themselves |
 * | mapped | from the first id on that was not | a Map |
 *
 * A Map of all ids costs a fifth of a small task and more memory than all other indexes together.
 */
export class IdIndex {
  readonly #rows: RowTable
  #greatest = ''
  #mapped: Map<string, Row> | undefined

  /** @param rows the rows by sequence number; each is added there before it is added here */
  constructor(rows: RowTable) {
    this.#rows = rows
  }

  get(id: string): Row | undefined {
    if (this.#mapped !== undefined) return this.#mapped.get(id)
    return id > this.#greatest ? undefined : this.#rows.find(id)
  }

  add(row: Row): void {
    if (this.#mapped !== undefined) this.#mapped.set(row.id, row)
    else if (row.id > this.#greatest) this.#greatest = row.id
    else this.#mapped = new Map(this.#rows.all().map((one) => [one.id, one]))
  }

  delete(row: Row): void {
    this.#mapped?.delete(row.id)
  }
}
