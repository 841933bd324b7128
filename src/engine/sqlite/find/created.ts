import type { Store } from '../store.ts'
import type { Conditions } from './conditions.ts'
import { END, ListStream, START, type Place } from './streams.ts'

/** Tasks are numbered in the order of their creation, so a stretch of time is a stretch of numbers. */
export function createdBetween(
  store: Store,
  { createdSince, createdUntil }: Conditions,
): { readonly least: number; readonly most: number } {
  return {
    least: createdSince === undefined ? START : firstSince(store, createdSince),
    most: createdUntil === undefined ? END : firstSince(store, createdUntil) - 1,
  }
}

/** The first number from which on all tasks were created at or after the time. */
function firstSince(store: Store, time: number): number {
  let low = 1
  let high = store.seq + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const task = store.sql.get<{ seq: number; created: number }>(
      'SELECT seq, created FROM tasks WHERE seq >= ? ORDER BY seq LIMIT 1',
      middle,
    )
    if (task === undefined || task.created >= time) high = middle
    else low = task.seq + 1
  }
  return low
}

/** So many tasks are few enough to be put in the order of their ends for a page. */
const FEW = 2_000

/**
 * What has ended of a short stretch of creation, in the order of ends: of a long one, looking through the ends finds
 * enough.
 */
export function endedWithin(
  store: Store,
  conditions: Conditions,
):
  | { readonly sources: { stream: ListStream; rest: Conditions }[]; readonly size: number; known: false }
  | undefined {
  if (conditions.createdSince === undefined && conditions.createdUntil === undefined) return undefined
  const { least, most } = createdBetween(store, conditions)
  const places = store.sql.all<Place & { at: number | null }>(
    'SELECT end_seq AS at, seq FROM tasks WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?',
    least,
    most,
    FEW + 1,
  )
  if (places.length > FEW) return undefined
  const ended = places.filter(({ at }) => at !== null).sort((a, b) => a.at - b.at)
  const rest = { ...conditions, createdSince: undefined, createdUntil: undefined }
  return { sources: [{ stream: new ListStream(ended), rest }], size: ended.length, known: false }
}
