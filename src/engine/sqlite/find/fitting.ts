import { listed } from '../sql.ts'
import type { Store } from '../store.ts'
import { sqlOf, type Conditions } from './conditions.ts'
import type { Found } from './merged.ts'
import type { Source } from './plan.ts'

/** Those of the places whose tasks fit. */
export function fitting(store: Store, places: readonly Found<Source>[]): Found<Source>[] {
  const toLookAt = new Map<Conditions, number[]>()
  for (const { seq, source } of places) {
    const { rest } = source
    if (rest !== undefined && !toLookAt.get(rest)?.push(seq)) toLookAt.set(rest, [seq])
  }
  const fit = new Map([...toLookAt].map(([rest, seqs]) => [rest, fittingOf(store, rest, seqs)]))
  return places.filter(({ seq, source: { rest } }) => rest === undefined || fit.get(rest)?.has(seq))
}

function fittingOf(store: Store, rest: Conditions, seqs: readonly number[]): ReadonlySet<number> {
  const { text, values } = sqlOf(store, rest)
  const found = store.sql.all<{ seq: number }>(
    `SELECT t.seq FROM tasks AS t NOT INDEXED WHERE t.seq IN (SELECT value FROM json_each(?)) AND ${text}`,
    listed(seqs),
    ...values,
  )
  return new Set(found.map(({ seq }) => seq))
}
