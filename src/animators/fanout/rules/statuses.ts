import { invalidOption } from '../../../core/errors.ts'

const LEAST = 100
const MOST = 999
const CLASS = /^[1-5]xx$/

/** A set of HTTP statuses (RFC 9110, section 15). */
export class Statuses {
  /** The same for the same members, in whatever order. */
  readonly key: string
  readonly #table = new Uint8Array(MOST + 1)

  constructor(members: readonly (number | string)[]) {
    for (const member of members) {
      if (typeof member === 'number') this.#table[member] = 1
      else this.#table.fill(1, Number(member[0]) * 100, Number(member[0]) * 100 + 100)
    }
    this.key = [...new Set(members.map(String))].sort().join()
  }

  has(status: number): boolean {
    return this.#table[status] === 1
  }
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function statusesIn(value: unknown, field: string): Statuses {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST || !value.every(isStatus))
    throw invalidOption(
      field,
      `statuses such as [200, 404, '3xx']`,
      Array.isArray(value) ? misfit(value) : value,
    )
  return new Statuses(value)
}

function isStatus(value: unknown): value is number | string {
  if (typeof value === 'string') return CLASS.test(value)
  return Number.isInteger(value) && (value as number) >= LEAST && (value as number) <= MOST
}

/** The one that is at fault says more than "an array". */
function misfit(values: readonly unknown[]): unknown {
  return values.find((value) => !isStatus(value)) ?? values
}
