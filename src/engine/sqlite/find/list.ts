import type { TaskFilter, TaskPage } from '../../../core/query.ts'
import { snapshot } from '../../../core/snapshot.ts'
import { TASK_STATES, isEnded } from '../../../core/states.ts'
import type { StoreQuery } from '../../contract.ts'
import { cursorAt, orderOf, positionOf } from '../../shared/cursor.ts'
import { TextSearch } from '../../shared/text-search.ts'
import type { Store } from '../store.ts'
import { conditionsOf, type Conditions } from './conditions.ts'
import { total } from './count.ts'
import { fitting } from './fitting.ts'
import { Merged, type Found } from './merged.ts'
import { planOf, type Field, type Plan, type Source } from './plan.ts'
import type { Place } from './streams.ts'
import { MOST_SEARCHED, found } from './text.ts'

/** A page looks at no more tasks than this, and may come out short. */
const MOST_LOOKED_AT = 3_000
/** So many at once, where not all of them fit, and where they have to be read for a text. */
const LOOK = 500
const READ = 100

export function list(store: Store, query: StoreQuery): TaskPage | 'invalid-cursor' {
  const { field, ascending } = orderOf(query.sort)
  const from = query.cursor === undefined ? undefined : positionOf(query.cursor, query.sort)
  if (query.cursor !== undefined && from === undefined) return 'invalid-cursor'
  const conditions = conditionsOf(store, field === 'endedAt' ? endedOnly(query) : query)
  if (conditions === undefined) return { items: [], total: 0 }
  const plan = planOf(store, field, conditions)
  const { seqs, next } = new Page(store, plan, query.text, ascending).read(from, query.limit)
  return {
    items: store.rows.many(seqs).map(snapshot),
    ...(next === undefined ? {} : { cursor: cursorAt(query.sort, next) }),
    ...total(store, countedBy(store, plan, field, conditions), query.text),
  }
}

function endedOnly(filter: TaskFilter): TaskFilter {
  return { ...filter, state: (filter.state ?? TASK_STATES).filter(isEnded) }
}

/** How many were created in a stretch of time, the order of creation knows best, also of those in the order of ends. */
function countedBy(store: Store, plan: Plan, field: Field, conditions: Conditions): Plan {
  const { createdSince, createdUntil } = conditions
  return field === 'createdAt' || (createdSince === undefined && createdUntil === undefined)
    ? plan
    : planOf(store, 'createdAt', conditions)
}

interface Read {
  readonly seqs: readonly number[]
  /** Where the next page begins. */
  readonly next: number | undefined
}

class Page {
  readonly #search: TextSearch | undefined

  constructor(
    private readonly store: Store,
    private readonly plan: Plan,
    text: string | undefined,
    private readonly ascending: boolean,
  ) {
    this.#search = text === undefined ? undefined : new TextSearch(text, MOST_SEARCHED)
  }

  read(from: number | undefined, limit: number): Read {
    const { ascending, plan } = this
    const { least, most } = plan
    const start = ascending ? Math.max(from ?? least, least) : Math.min(from ?? most, most)
    const look = this.#lookAtOnce(limit)
    const merged = new Merged(plan.sources, start, ascending, look)
    const within = ({ at }: Place): boolean => (ascending ? at <= most : at >= least)
    const seqs: number[] = []
    for (let looked = 0; ;) {
      const places = merged.take(look).filter(within)
      for (const { at, seq } of this.#fitting(places)) {
        if (seqs.length === limit) return { seqs, next: at }
        seqs.push(seq)
      }
      looked += places.length
      const next = merged.peek()
      if (places.length < look || next === undefined || !within(next)) return { seqs, next: undefined }
      if (looked >= MOST_LOOKED_AT || this.#search?.tired === true) return { seqs, next: next.at }
    }
  }

  #lookAtOnce(limit: number): number {
    if (this.#search !== undefined) return READ
    return this.plan.sources.every(({ rest }) => rest === undefined) ? limit + 1 : LOOK
  }

  #fitting(places: readonly Found<Source>[]): readonly Place[] {
    const fit = fitting(this.store, places)
    return this.#search === undefined ? fit : found(this.store, this.#search, fit)
  }
}
