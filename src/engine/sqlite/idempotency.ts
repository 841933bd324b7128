import { snapshot } from '../../core/snapshot.ts'
import type { Task, TaskFields } from '../../core/task.ts'
import type { Idempotency } from '../contract.ts'
import { remainsOf } from '../shared/remains.ts'
import { parsed } from './json-text.ts'
import type { Row } from './row.ts'
import { keyText } from './sql.ts'
import type { Store } from './store.ts'

/** What an Idempotency-Key made, remembered whether or not the task is still kept. */

interface Remembered {
  readonly hash: string
  readonly task: number | null
  readonly remains: string | null
}

/** What was made under the key; a string where the same key was used for something else. */
export function recollect(store: Store, { key, hash }: Idempotency): Task | 'mismatch' | undefined {
  const found = store.sql.get<Remembered>(
    'SELECT hash, task, remains FROM idempotency WHERE key = ?',
    keyText(key),
  )
  if (found === undefined) return undefined
  if (found.hash !== keyText(hash)) return 'mismatch'
  const row = found.task === null ? undefined : store.rows.get(found.task)
  if (row !== undefined) return snapshot(row)
  return found.remains === null ? undefined : snapshot(parsed(found.remains) as unknown as TaskFields)
}

export function remember(store: Store, row: Row, { key, hash, keep }: Idempotency): void {
  const until = store.time + keep
  store.sql.run(
    'INSERT INTO idempotency (key, hash, until, task) VALUES (?, ?, ?, ?)',
    keyText(key),
    keyText(hash),
    until,
    row.seq,
  )
  store.tidings.due(until)
}

/** The task is about to go. */
export function leaveRemains(store: Store, row: Row): void {
  const key = row.extras?.origin.remembered
  if (key === undefined) return
  store.sql.run(
    'UPDATE idempotency SET task = NULL, remains = ? WHERE key = ? AND task = ?',
    JSON.stringify(remainsOf(row)),
    keyText(key),
    row.seq,
  )
}

/** Forgets keys whose time is over, so many at most. */
export function forgetKeys(store: Store, atMost: number): void {
  if ((nextKeyEnd(store) ?? Infinity) > store.time) return
  store.sql.run(
    'DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE until <= ? ORDER BY until LIMIT ?)',
    store.time,
    atMost,
  )
}

export function nextKeyEnd(store: Store): number | undefined {
  return store.sql.get<{ until: number }>('SELECT until FROM idempotency ORDER BY until LIMIT 1')?.until
}
