import { COUNT_LIMIT, type TaskFilter, type TaskPage, type Visibility } from '../../core/query.ts'
import { redacted } from '../../core/redact.ts'
import { snapshot } from '../../core/snapshot.ts'
import { TASK_STATES, isEnded } from '../../core/states.ts'
import type { StoreQuery } from '../contract.ts'
import { cursorAt, orderOf, positionOf } from '../shared/cursor.ts'
import { TextSearch } from '../shared/text-search.ts'
import type { Row } from './row.ts'
import { SeqRange } from './seq-range.ts'
import type { Members, SeqSet } from './seq-set.ts'
import type { Store } from './store.ts'
import { countMembers, walk, type Groups } from './walk.ts'

/** A page in the order of ends looks at no more rows than this, and may come out short. */
const MOST_LOOKED_AT = 20_000

export function list(store: Store, query: StoreQuery): TaskPage | 'invalid-cursor' {
  const { field, ascending } = orderOf(query.sort)
  const from = query.cursor === undefined ? undefined : positionOf(query.cursor, query.sort)
  if (query.cursor !== undefined && from === undefined) return 'invalid-cursor'
  const groups = conditions(store, field === 'endedAt' ? endedOnly(query) : query)
  if (groups === undefined) return { items: [], total: 0 }
  const search = searchFor(query)
  const rows =
    field === 'endedAt' ? endsInOrder(store, groups, search) : membersInOrder(store, groups, search)
  const found = page(rows, from, ascending, query.limit, search)
  return {
    items: found.rows.map(snapshot),
    ...(found.next === undefined ? {} : { cursor: cursorAt(query.sort, found.next) }),
    ...total(store, groups, searchFor(query)),
  }
}

export function count(store: Store, filter: TaskFilter): number {
  const groups = conditions(store, filter)
  return groups === undefined ? 0 : matches(store, groups, searchFor(filter), Number.POSITIVE_INFINITY).count
}

function endedOnly(filter: TaskFilter): TaskFilter {
  return { ...filter, state: (filter.state ?? TASK_STATES).filter(isEnded) }
}

/** The filter as sets that all have to contain a task; undefined where none can. */
function conditions(store: Store, filter: TaskFilter): Groups | undefined {
  const { indexes } = store
  const groups: Members[][] = []
  const operations = (names: readonly string[]) =>
    names.map((name) => indexes.operations.get(name)?.members).filter(isSet)
  if (filter.operation !== undefined) groups.push(operations(filter.operation))
  if (filter.state !== undefined) groups.push(filter.state.map((state) => indexes.byState[state]))
  for (const tag of filter.tag ?? []) groups.push([indexes.tag(tag)].filter(isSet))
  if (filter.parentId !== undefined) groups.push([indexes.parent(filter.parentId)].filter(isSet))
  if (filter.createdSince !== undefined || filter.createdUntil !== undefined) {
    // A stretch of numbers has numbers without a task in it.
    groups.push([created(store, filter)], [indexes.all])
  }
  if (filter.visible !== undefined) groups.push(...visibility(store, filter.visible))
  if (groups.some((sets) => sets.every((set) => set.size === 0))) return undefined
  return groups.length === 0 ? [[indexes.all]] : groups
}

/** Tasks are numbered in the order of their creation, so a stretch of time is a stretch of numbers. */
function created({ indexes, epoch, seq }: Store, { createdSince, createdUntil }: TaskFilter): SeqRange {
  const first = createdSince === undefined ? 0 : indexes.rows.firstSince(createdSince - epoch)
  const end = createdUntil === undefined ? seq : indexes.rows.firstSince(createdUntil - epoch)
  return new SeqRange(first, end - 1)
}

/** all ∪ (own ∩ owner) = (all ∪ own) ∩ (all ∪ owner) */
function visibility(store: Store, { all, own, owner }: Visibility): SeqSet[][] {
  const { operations } = store.indexes
  const sets = (names: readonly string[]) => names.map((name) => operations.get(name)?.members).filter(isSet)
  const whole = sets(all)
  if ([...operations.values()].every((op) => op.members.size === 0 || whole.includes(op.members))) return []
  const mine = owner === undefined || own.length === 0 ? undefined : store.indexes.owner(owner)
  if (mine === undefined) return [whole]
  return [
    [...whole, ...sets(own)],
    [...whole, mine],
  ]
}

function isSet(set: SeqSet | undefined): set is SeqSet {
  return set !== undefined
}

/** What no index answers. */
function searchFor({ text }: TaskFilter): TextSearch | undefined {
  return text === undefined ? undefined : new TextSearch(text)
}

function finds(search: TextSearch, row: Row): boolean {
  const { args, secrets } = row
  return search.finds(row, () => JSON.stringify(secrets === undefined ? args : redacted(args, secrets)))
}

/** Rows in order from a position on; `visit` is told the position and, where the row fits, the row. */
type Rows = (
  from: number | undefined,
  ascending: boolean,
  visit: (at: number, row: Row | undefined) => boolean,
) => void

function membersInOrder(store: Store, groups: Groups, search: TextSearch | undefined): Rows {
  return (from, ascending, visit) =>
    walk(groups, from, ascending, (seq) => {
      const row = store.indexes.rows.get(seq)!
      return visit(seq, search === undefined || finds(search, row) ? row : undefined)
    })
}

function endsInOrder(store: Store, groups: Groups, search: TextSearch | undefined): Rows {
  const { ends, rowsByEnd } = store.indexes
  return (from, ascending, visit) =>
    walk([[ends]], from, ascending, (endSeq) => {
      const row = rowsByEnd.get(endSeq)!
      const fits =
        groups.every((group) => group.some((set) => set.has(row.seq))) &&
        (search === undefined || finds(search, row))
      return visit(endSeq, fits ? row : undefined)
    })
}

function page(
  rows: Rows,
  from: number | undefined,
  ascending: boolean,
  limit: number,
  search: TextSearch | undefined,
): { rows: Row[]; next: number | undefined } {
  const found: Row[] = []
  let next: number | undefined
  let looked = 0
  rows(from, ascending, (at, row) => {
    const enough = ++looked > MOST_LOOKED_AT || search?.tired === true
    const stop = (enough && looked > 1) || (row !== undefined && found.length === limit)
    if (stop) next = at
    else if (row !== undefined) found.push(row)
    return !stop
  })
  return { rows: found, next }
}

function total(
  store: Store,
  groups: Groups,
  search: TextSearch | undefined,
): Pick<TaskPage, 'total' | 'totalCapped'> {
  const { count: found, complete } = matches(store, groups, search, COUNT_LIMIT)
  if (found > COUNT_LIMIT) return { total: COUNT_LIMIT, totalCapped: true }
  return complete ? { total: found } : { total: found, totalCapped: true }
}

function matches(
  store: Store,
  groups: Groups,
  search: TextSearch | undefined,
  most: number,
): { count: number; complete: boolean } {
  if (search === undefined) return { count: countMembers(groups, most + 1), complete: true }
  let found = 0
  let complete = true
  walk(groups, undefined, false, (seq) => {
    if (finds(search, store.indexes.rows.get(seq)!)) found++
    complete = found <= most && (most === Number.POSITIVE_INFINITY || !search.tired)
    return complete
  })
  return { count: found, complete }
}
