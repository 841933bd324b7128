import type { OperationDescription, OperationState } from '../contract.ts'
import type { OperationRow } from './row.ts'
import type { Store } from './store.ts'

export function operations(store: Store): OperationState[] {
  return [...store.indexes.operations.values()].map(({ name, paused, limit: most, described, counts }) => ({
    name,
    paused,
    ...(most === undefined ? {} : { concurrency: most }),
    ...(described === undefined ? {} : { described }),
    counts: { ...counts },
  }))
}

export function pause(store: Store, name: string, paused: boolean): void {
  const op = store.indexes.operation(name)
  op.paused = paused
  lookAgain(store, op)
}

export function limit(store: Store, name: string, concurrency: number | undefined): void {
  const op = store.indexes.operation(name)
  op.limit = concurrency
  lookAgain(store, op)
}

export function describe(store: Store, descriptions: readonly OperationDescription[]): void {
  for (const description of descriptions) store.indexes.operation(description.name).described = description
}

/** What could not be claimed before may be now. */
function lookAgain(store: Store, op: OperationRow): void {
  if (op.ready.size > 0) store.claimable(op)
}
