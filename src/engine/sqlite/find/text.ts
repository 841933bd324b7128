import type { Json } from '../../../core/json.ts'
import { redacted } from '../../../core/redact.ts'
import type { Progress } from '../../../core/task.ts'
import type { TextSearch } from '../../shared/text-search.ts'
import type { Origin } from '../extras.ts'
import { listed } from '../sql.ts'
import type { Store } from '../store.ts'
import type { Place } from './streams.ts'

/** A search looks at no more tasks than this in one turn. */
export const MOST_SEARCHED = 2_000

interface SearchedRecord {
  readonly seq: number
  readonly id: string
  readonly op: number
  readonly args: string
  readonly tags: string | null
  readonly reason: string | number | null
  readonly draft: string | null
  readonly progress: string | null
}

const READ = `
  SELECT t.seq, t.id, t.op, t.args, t.tags, t.reason, e.draft, e.progress
  FROM tasks AS t LEFT JOIN extras AS e ON e.seq = t.seq
  WHERE t.seq IN (SELECT value FROM json_each(?))`

/** Those of the tasks in which the text is found. What is read for that is less than a row, and cheaper. */
export function found(store: Store, search: TextSearch, places: readonly Place[]): Place[] {
  const records = store.sql.all<SearchedRecord>(READ, listed(places.map(({ seq }) => seq)))
  const seqs = new Set(records.filter((record) => matches(store, search, record)).map(({ seq }) => seq))
  return places.filter(({ seq }) => seqs.has(seq))
}

function matches(store: Store, search: TextSearch, record: SearchedRecord): boolean {
  const { id, op, args, tags, reason, draft, progress } = record
  const origin = draft === null ? undefined : (JSON.parse(draft) as Origin)
  const task = {
    id,
    operation: store.operations.numbered(op).name,
    name: origin?.name,
    tags: tags === null ? [] : (JSON.parse(tags) as string[]),
    reason: store.reasons.read(reason),
    progress: progress === null ? undefined : (JSON.parse(progress) as Progress),
  }
  const secrets = origin?.secrets
  return search.finds(task, () =>
    secrets === undefined ? args : JSON.stringify(redacted(JSON.parse(args) as Json, secrets)),
  )
}
