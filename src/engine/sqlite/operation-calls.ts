import type { OperationDescription } from '../contract.ts'
import type { Operation } from './operations.ts'
import type { Store } from './store.ts'

export function pause(store: Store, name: string, paused: boolean): void {
  const op = store.operations.named(name)
  store.operations.setPaused(op, paused)
  lookAgain(store, op)
}

export function limit(store: Store, name: string, concurrency: number | undefined): void {
  const op = store.operations.named(name)
  store.operations.setLimit(op, concurrency)
  lookAgain(store, op)
}

export function describe(store: Store, descriptions: readonly OperationDescription[]): void {
  for (const description of descriptions)
    store.operations.setDescription(store.operations.named(description.name), description)
}

/** What could not be claimed before may be now. */
function lookAgain(store: Store, op: Operation): void {
  if (op.ready > 0) store.claimable(op)
}
