import type { Holding } from '../contract.ts'
import { Ghost, type Hold } from './holds.ts'
import { freeKey } from './keys.ts'
import type { Store } from './store.ts'

/**
 * A run that goes on after the end of its task (it was abandoned, or superseded). Until it is gone it keeps its
 * concurrency key and its place under the limit of its operation; a ghost with a lease at most for as long as that. The
 * file knows of ghosts only so that the next life of it finds the keys that they had.
 */

/** The run that held the row outlives it. */
export function haunt(store: Store, { row, token, until }: Hold): void {
  const ghost = new Ghost(row.id, token, row.op, row.extras?.origin.concurrencyKey)
  store.holds.ghosts.set(token, ghost)
  row.op.ghosts++
  if (until !== undefined) store.holds.dues.set(ghost, until)
  store.sql.run(
    'INSERT INTO ghosts (lease, id, op, wants, until) VALUES (?, ?, ?, ?, ?)',
    token,
    ghost.id,
    ghost.op.number,
    ghost.wants === undefined ? null : JSON.stringify(ghost.wants),
    until ?? null,
  )
}

/** The run under this lease has stopped, or counts as stopped: whatever it still kept is free. */
export function layToRest(store: Store, token: string): void {
  freeKey(store, token)
  const ghost = store.holds.ghosts.get(token)
  if (ghost === undefined) return
  store.holds.ghosts.delete(token)
  store.holds.dues.delete(ghost)
  store.sql.run('DELETE FROM ghosts WHERE lease = ?', token)
  ghost.op.ghosts--
  store.vacated(ghost.op)
}

/** A ghost without a lease needs no renewal; one whose lease ran out is about to go. */
export function prolong(store: Store, { id, lease }: Holding, by: number): void {
  const ghost = store.holds.ghosts.get(lease)
  if (ghost?.id !== id || ghost.place < 0 || ghost.due <= store.time) return
  store.holds.dues.set(ghost, store.time + by)
  store.tidings.due(ghost.due)
  store.sql.run('UPDATE ghosts SET until = ? WHERE lease = ?', ghost.due, lease)
}
