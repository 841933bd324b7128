import { invalidOption } from '../core/errors.ts'
import { known, stringIn, wholeNumberIn } from '../core/options.ts'
import { OUTPUT_STREAMS, type OutputQuery } from '../core/output.ts'
import { DEFAULT_PAGE, LARGEST_PAGE, TASK_SORTS, type TaskFilter, type TaskQuery } from '../core/query.ts'
import { TASK_STATES } from '../core/states.ts'
import type { StoreQuery } from '../engine/contract.ts'

const FILTERS = ['operation', 'state', 'tag', 'parentId', 'createdSince', 'createdUntil', 'text', 'visible']
const QUERY = [...FILTERS, 'sort', 'limit', 'cursor']

/** @throws {MajordomoError} `invalid-option` naming the field */
export function taskFilter(filter: TaskFilter, names = FILTERS): TaskFilter {
  known(filter, names, '')
  for (const field of ['operation', 'state', 'tag'] as const) {
    const values: unknown = filter[field]
    if (
      values !== undefined &&
      !(Array.isArray(values) && values.every((value) => typeof value === 'string'))
    ) {
      throw invalidOption(field, 'an array of strings', values)
    }
  }
  const odd = filter.state?.find((state) => !TASK_STATES.includes(state))
  if (odd !== undefined) throw invalidOption('state', `some of ${TASK_STATES.join(', ')}`, odd)
  stringIn(filter.parentId, 'parentId', 100)
  stringIn(filter.text, 'text', 1_000)
  for (const field of ['createdSince', 'createdUntil'] as const) {
    const time: unknown = filter[field]
    if (time !== undefined && !Number.isFinite(time))
      throw invalidOption(field, 'a time in epoch milliseconds', time)
  }
  return filter
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function storeQuery(query: TaskQuery): StoreQuery {
  taskFilter(query, QUERY)
  if (query.sort !== undefined && !TASK_SORTS.includes(query.sort))
    throw invalidOption('sort', `one of ${TASK_SORTS.join(', ')}`, query.sort)
  stringIn(query.cursor, 'cursor', 1_000)
  return {
    ...query,
    sort: query.sort ?? '-createdAt',
    limit: wholeNumberIn(query.limit, 'limit', 1, LARGEST_PAGE) ?? DEFAULT_PAGE,
  }
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function outputQuery(query: OutputQuery): {
  stream: OutputQuery['stream']
  after: number
  limit: number
  tail?: number
} {
  known(query, ['stream', 'after', 'tail', 'limit'], '')
  if (!OUTPUT_STREAMS.includes(query.stream))
    throw invalidOption('stream', `one of ${OUTPUT_STREAMS.join(', ')}`, query.stream)
  const tail = wholeNumberIn(query.tail, 'tail', 1, LARGEST_PAGE)
  return {
    stream: query.stream,
    after: wholeNumberIn(query.after, 'after', 0) ?? 0,
    limit: wholeNumberIn(query.limit, 'limit', 1, LARGEST_PAGE) ?? Math.max(100, tail ?? 0),
    ...(tail === undefined ? {} : { tail }),
  }
}
