import type { Task } from '../../core/task.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { Amendment, OutputBatch, Outcome, Settlement } from '../contract.ts'
import { amendmentText } from '../shared/reasons.ts'
import { haunt, layToRest } from './ghosts.ts'
import { become, end, letGo, putBack } from './lifecycle.ts'
import { Outputs } from './outputs.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'

/** What runs write: each write is refused (undefined) unless its lease still holds the task. */

export function amend(store: Store, changes: readonly Amendment[]): (Task | undefined)[] {
  return changes.map((change) => {
    const row = store.holder(change)
    if (row === undefined) return undefined
    const extras = row.more()
    if (change.seq <= extras.amended) return snapshot(row)
    extras.amended = change.seq
    if (change.output !== undefined) append(store, row, change.output)
    const { state, message, progress } = change
    if (state === undefined && message === undefined && progress === undefined) return snapshot(row)
    if (message !== undefined || (state !== undefined && state !== row.state))
      store.note(row, amendmentText(change))
    if (state !== undefined) {
      if (state !== row.state) become(store, row, state)
      extras.waitingFor = state === 'WAITING' ? change.waitingFor : undefined
    }
    if (progress !== undefined)
      extras.progress = Object.freeze({ ...progress, time: store.epoch + store.time })
    store.touch(row)
    return store.changed('updated', row)
  })
}

export function settle(store: Store, ends: readonly Settlement[]): (Task | undefined)[] {
  return ends.map((settlement) => {
    // Even a refused settlement tells that the run has stopped, so whatever it kept is free.
    if (!goesOn(store, settlement)) layToRest(store, settlement.lease)
    return settled(store, settlement)
  })
}

/** The run goes on after its task's end; or it is said to be gone, and still holds its task. */
function goesOn(store: Store, settlement: Settlement): boolean {
  const { outcome } = settlement
  if (outcome.kind === 'gone') return store.holder(settlement) !== undefined
  return outcome.kind === 'end' && outcome.stillRunning === true
}

function settled(store: Store, settlement: Settlement): Task | undefined {
  const { outcome } = settlement
  if (outcome.kind === 'gone') return undefined
  const row = store.holder(settlement)
  if (row === undefined) return asSettledBefore(store, settlement)
  letGo(store, row, 'settled')
  if (settlement.output !== undefined) append(store, row, settlement.output)
  if (settlement.progress !== undefined)
    row.more().progress = Object.freeze({ ...settlement.progress, time: store.epoch + store.time })
  return left(store, row, outcome)
}

/** The task, where this very settlement was stored already. */
function asSettledBefore(store: Store, { id, lease }: Settlement): Task | undefined {
  const row = store.indexes.get(id)
  return row?.hold === 'settled' && store.token(row.claimed) === lease ? snapshot(row) : undefined
}

function left(store: Store, row: Row, outcome: Exclude<Outcome, { kind: 'gone' }>): Task {
  if (outcome.kind === 'end') {
    if (outcome.stillRunning === true) haunt(store, row)
    return end(store, row, outcome)
  }
  const cancel = row.extras?.cancel
  if (cancel !== undefined) {
    const error = outcome.kind === 'retry' ? outcome.error : row.error
    return end(store, row, { state: 'CANCELED', reason: cancel, error })
  }
  if (row.extras?.leaseUntil !== undefined) store.dues.delete(row)
  if (outcome.kind === 'release') return putBack(store, row, 0, outcome.reason, row.error, false)
  return putBack(store, row, outcome.delay, outcome.reason, outcome.error)
}

function append(store: Store, row: Row, batch: OutputBatch): void {
  const extras = row.more()
  const outputs = (extras.outputs ??= new Outputs(
    store.outputLimits.bytes,
    extras.maxItems ?? store.outputLimits.items,
  ))
  for (const [stream, count] of Object.entries(batch.dropped ?? {}))
    outputs.drop(stream as keyof typeof batch.dropped, count)
  for (const stream of outputs.append(batch.entries, store.epoch + store.time, row.attempt))
    store.grown(row.id, stream)
}
