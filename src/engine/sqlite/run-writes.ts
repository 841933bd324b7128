import { snapshot } from '../../core/snapshot.ts'
import type { Task } from '../../core/task.ts'
import type { Amendment, Outcome, Settlement } from '../contract.ts'
import { INTERRUPTED, amendmentText } from '../shared/reasons.ts'
import { eachOrFail } from './each.ts'
import { haunt, layToRest } from './ghosts.ts'
import type { Hold } from './holds.ts'
import { Kin } from './kin.ts'
import { become, end, letGo, putBack } from './lifecycle.ts'
import { append } from './outputs.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'

/** What runs write: each write is refused (undefined) unless its lease still holds the task. */

export function amend(store: Store, changes: readonly Amendment[]): (Task | undefined)[] {
  return eachOrFail(store, changes, (change) => amended(store, change))
}

function amended(store: Store, change: Amendment): Task | undefined {
  const row = store.holds.holder(change)
  if (row === undefined) return undefined
  const extras = row.more()
  if (change.seq <= extras.amended) return snapshot(row)
  extras.amended = change.seq
  store.writer.add(row)
  if (change.output !== undefined) append(store, row, change.output)
  const { state, message, progress } = change
  if (state === undefined && message === undefined && progress === undefined) return snapshot(row)
  if (message !== undefined || (state !== undefined && state !== row.state))
    store.note(row, amendmentText(change))
  if (state !== undefined) {
    if (state !== row.state) become(store, row, state)
    extras.waitingFor = state === 'WAITING' ? change.waitingFor : undefined
  }
  if (progress !== undefined) extras.progress = Object.freeze({ ...progress, time: store.time })
  store.touch(row)
  return store.changed('updated', row)
}

export function settle(store: Store, ends: readonly Settlement[]): (Task | undefined)[] {
  return eachOrFail(store, ends, (settlement) => {
    // Even a refused settlement tells that the run has stopped, so whatever it kept is free.
    if (!goesOn(store, settlement)) layToRest(store, settlement.lease)
    return settled(store, settlement)
  })
}

/** The run goes on after its task's end; or it is said to be gone, and still holds its task. */
function goesOn(store: Store, settlement: Settlement): boolean {
  const { outcome } = settlement
  if (outcome.kind === 'gone') return store.holds.holder(settlement) !== undefined
  return outcome.kind === 'end' && outcome.stillRunning === true
}

function settled(store: Store, settlement: Settlement): Task | undefined {
  const { outcome } = settlement
  if (outcome.kind === 'gone') return undefined
  const row = store.holds.holder(settlement)
  if (row?.hold === undefined) return asSettledBefore(store, settlement)
  const { hold } = row
  letGo(store, row, 'settled')
  if (settlement.output !== undefined) append(store, row, settlement.output)
  if (settlement.progress !== undefined)
    row.more().progress = Object.freeze({ ...settlement.progress, time: store.time })
  if (outcome.kind === 'end' && outcome.stillRunning === true) haunt(store, hold)
  return left(store, row, outcome)
}

/** The task, where this very settlement was stored already. */
function asSettledBefore(store: Store, { id, lease }: Settlement): Task | undefined {
  const row = store.byId(id)
  if (row?.claimed === undefined || row.hold !== undefined || row.has(Kin.LOST)) return undefined
  return store.holds.token(row.claimed, row.seq) === lease ? snapshot(row) : undefined
}

function left(store: Store, row: Row, outcome: Exclude<Outcome, { kind: 'gone' }>): Task {
  if (outcome.kind === 'end') return end(store, row, outcome)
  const cancel = row.extras?.cancel
  if (cancel !== undefined) {
    const error = outcome.kind === 'retry' ? outcome.error : row.error
    return end(store, row, { state: 'CANCELED', reason: cancel, error })
  }
  if (outcome.kind === 'release') return putBack(store, row, 0, outcome.reason, row.error, false)
  return putBack(store, row, outcome.delay, outcome.reason, outcome.error)
}

/** Whoever held the row does not hold it any more, without having said so. */
export function interrupt(store: Store, hold: Hold): void {
  const { row } = hold
  layToRest(store, hold.token)
  letGo(store, row, 'lost')
  const cancel = row.extras?.cancel
  if (cancel !== undefined) {
    end(store, row, { state: 'CANCELED', reason: cancel, error: row.error })
    return
  }
  const extras = row.more()
  if (++extras.interrupted > (hold.mostInterrupts ?? Number.POSITIVE_INFINITY))
    end(store, row, { state: 'FAILED', reason: INTERRUPTED, error: row.error })
  else putBack(store, row, 0, INTERRUPTED, row.error)
}
