import type { Json } from '../../core/json.ts'
import { isSuccess, type EndState, type TaskState } from '../../core/states.ts'
import { messageText, type Reason, type Task, type TaskError } from '../../core/task.ts'
import { dependencyFailed } from '../shared/reasons.ts'
import type { Gate, Row } from './row.ts'
import { scheduleLater, schedulePurge } from './retention.ts'
import { dedupId, type Store } from './store.ts'

/** The few ways in which a row changes its state. Everything else in this folder decides which of them to take. */

/** Sets a NEW row before the gate it has to wait at, or among those that may be claimed. */
export function admit(store: Store, row: Row): void {
  row.gate = gateOf(store, row)
  const extras = row.extras
  if (row.gate === undefined) {
    if (extras?.concurrencyKey !== undefined) store.keys.join(extras.concurrencyKey, row)
    else {
      row.op.ready.add(row)
      store.claimable(row.op)
    }
  }
  if (extras === undefined) return
  const due = Math.min(extras.expiresAt ?? Infinity, row.gate === 'time' ? extras.notBefore! : Infinity)
  if (due === Infinity) store.dues.delete(row)
  else store.dues.set(row, due)
}

function gateOf(store: Store, { extras }: Row): Gate | undefined {
  if (extras === undefined) return undefined
  if (extras.held) return 'start'
  if (extras.pending > 0) return 'dependency'
  if (extras.notBefore !== undefined && extras.notBefore > store.time) return 'time'
  return undefined
}

/** Takes a NEW row away from wherever it waits. */
export function withdraw(store: Store, row: Row): void {
  if (row.gate === undefined || row.gate === 'key') {
    const key = row.extras?.concurrencyKey
    if (key === undefined) row.op.ready.delete(row)
    else store.keys.leave(key, row)
  }
  row.gate = undefined
  store.dues.delete(row)
}

/** To another state. Whatever leaves ACTIVE leaves a place under the limit of its operation. */
export function become(store: Store, row: Row, state: TaskState): void {
  const wasActive = row.state === 'ACTIVE'
  store.indexes.setState(row, state)
  if (wasActive) store.vacated(row.op)
}

/** How a claim holds the row: for so long, and so many interruptions are borne; both without end when undefined. */
export interface Terms {
  readonly lease: number | undefined
  readonly mostInterrupts: number | undefined
}

/** NEW to ACTIVE, in the hands of a new lease. */
export function start(store: Store, row: Row, lease: string, terms: Terms): Task {
  const extras = row.extras
  // Before it leaves the line, so that no other comes forward for a key that is not free.
  if (extras?.concurrencyKey !== undefined) store.keys.take(extras.concurrencyKey, lease)
  withdraw(store, row)
  if (extras?.history !== undefined) store.note(row, messageText.started(row.attempt + 1))
  store.indexes.setState(row, 'ACTIVE')
  row.attempt++
  row.started = store.time
  row.lease = lease
  row.claimed = store.claims
  row.hold = 'held'
  store.held.set(lease, row)
  store.touch(row)
  if (extras !== undefined) {
    extras.expiresAt = undefined
    extras.notBefore = undefined
    extras.amended = 0
  }
  if (terms.lease !== undefined) {
    const leased = row.more()
    leased.leaseUntil = store.time + terms.lease
    leased.mostInterrupts = terms.mostInterrupts
    store.dues.set(row, leased.leaseUntil)
  }
  return store.changed('updated', row)
}

/** ACTIVE or WAITING back to NEW, to be claimed again after `delay`. */
export function putBack(
  store: Store,
  row: Row,
  delay: number,
  reason: Reason,
  error: TaskError | undefined,
  isCounted = true,
): Task {
  // The messages until now still tell of the attempt as it was.
  store.note(row, messageText.changed('NEW', reason))
  if (!isCounted) row.attempt--
  become(store, row, 'NEW')
  const extras = row.more()
  extras.waitingFor = undefined
  extras.leaseUntil = undefined
  extras.error = Object.freeze(error)
  extras.notBefore = delay > 0 ? store.time + delay : undefined
  row.reason = Object.freeze(reason)
  store.touch(row)
  admit(store, row)
  return store.changed('updated', row)
}

/** The run's lease no longer counts. */
export function letGo(store: Store, row: Row, hold: 'settled' | 'lost'): void {
  store.held.delete(row.lease!)
  row.hold = hold
}

export interface Ending {
  readonly state: EndState
  readonly reason: Reason
  readonly result?: Json | undefined
  readonly error?: TaskError | undefined
}

/** Any unfinished state to an ended one, and with it whatever cannot start any more for that. */
export function end(store: Store, row: Row, ending: Ending): Task {
  const task = endOne(store, row, ending)
  // A list and no recursion: a chain of dependents may be longer than the stack is deep.
  const ended = [row]
  for (const one of ended) tellDependents(store, one, ended)
  return task
}

function endOne(store: Store, row: Row, { state, reason, result, error }: Ending): Task {
  if (row.state === 'NEW') withdraw(store, row)
  else if (row.extras?.leaseUntil !== undefined) store.dues.delete(row)
  if (row.extras?.history !== undefined) store.note(row, messageText.changed(state, reason))
  become(store, row, state)
  row.ended = store.time
  row.lease = undefined
  row.reason = Object.freeze(reason)
  row.result = result
  store.touch(row)
  store.indexes.addEnd(row, ++store.endSeq)
  store.overflow.check()
  if (error !== undefined) row.more()
  const extras = row.extras
  if (extras !== undefined) {
    extras.error = Object.freeze(error)
    extras.waitingFor = undefined
    extras.held = false
    if (extras.dedupKey !== undefined) store.dedup.delete(dedupId(row.operation, extras.dedupKey))
  }
  const task = store.changed('updated', row)
  schedulePurge(store, row)
  return task
}

/** Adds those dependents to `ended` that end with the row. */
function tellDependents(store: Store, row: Row, ended: Row[]): void {
  if (row.extras === undefined) return
  const { dependents, after } = row.extras
  row.extras.after = []
  for (const { row: dependent, on } of dependents) {
    if (dependent.finished) continue
    if (on === 'success' && !isSuccess(row.state)) {
      endOne(store, dependent, hopeless(row))
      ended.push(dependent)
    } else if (--dependent.extras!.pending === 0 && dependent.gate === 'dependency') {
      withdraw(store, dependent)
      admit(store, dependent)
      store.touch(dependent)
      store.announce('updated', dependent)
    }
  }
  for (const one of after) scheduleLater(store, one)
}

/** How a task ends that comes after one that failed. */
export function hopeless(on: Row): Ending {
  return { state: 'CANCELED', reason: dependencyFailed(on.id, on.state) }
}
