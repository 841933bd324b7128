import { COUNT_LIMIT, type TaskFilter, type TaskPage } from '../../core/query.ts'
import { TASK_STATES, isEnded } from '../../core/states.ts'
import type { StoreQuery } from '../contract.ts'
import { cursorAt, orderOf, positionOf } from '../shared/cursor.ts'
import { SCRIPTS } from './scripts.ts'
import { countFound, search } from './searches.ts'
import type { Session } from './session.ts'

/** A script looks at no more tasks than this, so that it is done within a few milliseconds. */
const MOST_AT_ONCE = 1_000
/** A page looks at no more than this, and may come out short; and so does its total, which then is told as capped. */
const MOST_LOOKED_AT = 20_000

/** A page, or what was counted; `next` is where to go on, '' at the end. */
export interface Part extends Pick<TaskPage, 'items'> {
  readonly next: string
}
export interface Tally {
  readonly count: number
  readonly isComplete: boolean
}

/** What a list is asked for, as scripts take it. */
export interface Wish {
  readonly filter: object
  readonly byEnd: boolean
  readonly ascending: boolean
}

export async function list(session: Session, query: StoreQuery): Promise<TaskPage | 'invalid-cursor'> {
  const { sort, limit, text } = query
  const position = query.cursor === undefined ? undefined : positionOf(query.cursor, sort)
  if (query.cursor !== undefined && position === undefined) return 'invalid-cursor'
  const from = position === undefined ? undefined : String(position)
  const { field, ascending } = orderOf(sort)
  const byEnd = field === 'endedAt'
  const filter = filterFor(query, byEnd)
  if (filter === undefined) return { items: [], total: 0 }
  const wish = { filter, byEnd, ascending }
  const { part, tally } =
    text === undefined
      ? { part: await pageOf(session, wish, limit, from), tally: await tallyOf(session, wish, COUNT_LIMIT) }
      : await search(session, wish, text, limit, from)
  const { items, next } = part
  return { items, ...(next === '' ? {} : { cursor: cursorAt(sort, Number(next)) }), ...totalOf(tally) }
}

export async function count(session: Session, query: TaskFilter): Promise<number> {
  const filter = filterFor(query, false)
  if (filter === undefined) return 0
  const wish = { filter, byEnd: false, ascending: true }
  if (query.text !== undefined) return countFound(session, wish, query.text)
  return (await tallyOf(session, wish, Number.POSITIVE_INFINITY)).count
}

/** The filter as scripts take it; undefined where it lets nothing pass. */
function filterFor(query: TaskFilter, byEnd: boolean): object | undefined {
  const { operation, state, tag, parentId, createdSince, createdUntil, visible } = query
  const all = TASK_STATES.filter((each) => !byEnd || isEnded(each))
  const states = state && all.filter((each) => state.includes(each))
  if (states?.length === 0 || operation?.length === 0) return undefined
  return {
    operations: operation && [...new Set(operation)],
    states: states?.length === all.length ? undefined : states,
    tags: tag?.length === 0 ? undefined : tag,
    parent: parentId,
    since: createdSince === undefined ? undefined : Math.max(0, Math.ceil(createdSince)),
    before: createdUntil === undefined ? undefined : Math.max(0, Math.ceil(createdUntil)),
    visible,
  }
}

async function pageOf(session: Session, wish: Wish, limit: number, start: string | undefined): Promise<Part> {
  const items: TaskPage['items'][number][] = []
  let from = start
  for (let looked = 0; ;) {
    const asked = { ...wish, from, limit: limit - items.length, most: MOST_AT_ONCE }
    const { settings, result } = await session.reply(SCRIPTS.page, asked)
    await session.freshen(settings)
    const [next, seen, found] = result
    for (const [, view] of found) items.push(session.task(view))
    looked += seen
    if (next === '' || items.length === limit || looked >= MOST_LOOKED_AT) return { items, next }
    from = next
  }
}

/** Counts until there are more than `most`, or so much was looked at that others should have their turn. */
async function tallyOf(session: Session, wish: Wish, most: number): Promise<Tally> {
  let counted = 0
  let from: string | undefined
  for (let looked = 0; ;) {
    const asked = { ...wish, ascending: true, from, most: MOST_AT_ONCE }
    const [found, seen, next] = await session.run(SCRIPTS.tally, asked)
    counted += found
    looked += seen
    if (next === '' || counted > most) return { count: counted, isComplete: true }
    if (looked >= MOST_LOOKED_AT && most < Number.POSITIVE_INFINITY)
      return { count: counted, isComplete: false }
    from = next
  }
}

function totalOf({ count: found, isComplete }: Tally): Pick<TaskPage, 'total' | 'totalCapped'> {
  if (found > COUNT_LIMIT) return { total: COUNT_LIMIT, totalCapped: true }
  return isComplete ? { total: found } : { total: found, totalCapped: true }
}
