import { COUNT_LIMIT } from '../../core/query.ts'
import type { Task } from '../../core/task.ts'
import type { Part, Tally, Wish } from './lists.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'
import { RecordSearch } from './text-search.ts'

/** Records that are looked into here are many more characters than answers about them. */
const MOST_AT_ONCE = 250

/** A page of the tasks that have the text somewhere, and how many have it, as far as was looked. */
export async function search(
  session: Session,
  wish: Wish,
  text: string,
  limit: number,
  from: string | undefined,
): Promise<{ readonly part: Part; readonly tally: Tally }> {
  const items: Task[] = []
  let following: string | undefined
  let count = 0
  const end = await each(session, wish, new RecordSearch(text), from, (at, task) => {
    count++
    if (items.length < limit) items.push(task)
    else following ??= at
    // From the start on, the same walk counts.
    return from === undefined ? count <= COUNT_LIMIT : following === undefined
  })
  const part = { items, next: following ?? end }
  if (from === undefined) return { part, tally: { count, isComplete: end === '' || count > COUNT_LIMIT } }
  const { tally } = await search(session, wish, text, limit, undefined)
  return { part, tally }
}

/** Exact, however long it takes. */
export async function countFound(session: Session, wish: Wish, text: string): Promise<number> {
  let count = 0
  for (let from: string | undefined; from !== '';)
    from = await each(session, wish, new RecordSearch(text), from, () => ++count > 0)
  return count
}

/** Visits what has the text, in order, until `visit` answers false or the search is tired; answers where to go on, '' at the end. */
async function each(
  session: Session,
  wish: Wish,
  text: RecordSearch,
  start: string | undefined,
  visit: (at: string, task: Task) => boolean,
): Promise<string> {
  for (let from = start; ;) {
    const asked = { ...wish, from, limit: MOST_AT_ONCE, most: 4 * MOST_AT_ONCE }
    const { settings, result } = await session.reply(SCRIPTS.page, asked)
    await session.freshen(settings)
    const [next, , views] = result
    for (const [at, view] of views) {
      const task = text.mayFind(view) ? session.task(view) : undefined
      if (task !== undefined && text.finds(task) && !visit(at, task)) return at
    }
    if (next === '' || text.isTired) return next
    from = next
  }
}
