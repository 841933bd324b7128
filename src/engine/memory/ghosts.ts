import type { Due } from '../../core/due-heap.ts'
import type { Holding } from '../contract.ts'
import type { OperationRow, Row } from './row.ts'
import type { Store } from './store.ts'

/**
 * A run that goes on after the end of its task (it was abandoned, or superseded). Until it is gone it keeps its
 * concurrency key and its place under the limit of its operation; a ghost with a lease at most for as long as that.
 */
export class Ghost implements Due {
  due = 0
  place = -1

  constructor(
    readonly id: string,
    readonly lease: string,
    readonly op: OperationRow,
  ) {}
}

/** The run that holds the row outlives it. Call it while the row still has its lease. */
export function haunt(store: Store, row: Row): void {
  const ghost = new Ghost(row.id, row.lease!, row.op)
  store.ghosts.set(ghost.lease, ghost)
  row.op.ghosts++
  const until = row.extras?.leaseUntil
  if (until !== undefined) store.dues.set(ghost, until)
}

/** The run under this lease has stopped, or counts as stopped: whatever it still kept is free. */
export function layToRest(store: Store, lease: string): void {
  store.keys.free(lease)
  if (store.ghosts.size === 0) return
  const ghost = store.ghosts.get(lease)
  if (ghost === undefined) return
  store.ghosts.delete(lease)
  store.dues.delete(ghost)
  ghost.op.ghosts--
  store.vacated(ghost.op)
}

/** A ghost without a lease needs no renewal; one whose lease ran out is about to go. */
export function prolong(store: Store, { id, lease }: Holding, by: number): void {
  const ghost = store.ghosts.get(lease)
  if (ghost?.id === id && ghost.place >= 0 && ghost.due > store.time) store.dues.set(ghost, store.time + by)
}
