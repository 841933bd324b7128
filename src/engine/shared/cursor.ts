import type { TaskSort } from '../../core/query.ts'

/** A cursor names its sort and the position of the next task; positions never change, so nothing is skipped or repeated. */
export function cursorAt(sort: TaskSort, at: number): string {
  return Buffer.from(`${sort} ${at}`).toString('base64url')
}

/** The position; undefined for a cursor that was not made for this sort. */
export function positionOf(cursor: string, sort: TaskSort): number | undefined {
  const match = /^(\S+) (\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  return match !== null && match[1] === sort && Number.isSafeInteger(Number(match[2]))
    ? Number(match[2])
    : undefined
}

/** Ids of one manager sort by creation, so the order of ids is that of creation. */
export function orderOf(sort: TaskSort): {
  readonly field: 'createdAt' | 'endedAt'
  readonly ascending: boolean
} {
  return { field: sort.endsWith('endedAt') ? 'endedAt' : 'createdAt', ascending: !sort.startsWith('-') }
}
