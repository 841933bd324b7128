import type { Json } from '../../core/json.ts'
import { isSuccess, type EndState, type TaskState } from '../../core/states.ts'
import { messageText, type Reason, type Task, type TaskError } from '../../core/task.ts'
import { dependencyFailed } from '../shared/reasons.ts'
import { dependentsOf, settleDependent } from './dependencies.ts'
import { noteAt } from './history.ts'
import type { ClaimBatch } from './holds.ts'
import { join, leave, takeKey } from './keys.ts'
import { Kin } from './kin.ts'
import { scheduleLater, schedulePurge } from './retention.ts'
import type { Row } from './row.ts'
import { setStage } from './set-stage.ts'
import { Stage, atGate, readyAt, stageOf, type Gate } from './stage.ts'
import type { Store } from './store.ts'

/** The few ways in which a row changes its state. Everything else in this folder decides which of them to take. */

/** To another state than NEW. Whatever leaves ACTIVE leaves a place under the limit of its operation. */
export function become(store: Store, row: Row, state: Exclude<TaskState, 'NEW'>): void {
  const wasActive = row.stage === Stage.ACTIVE
  setStage(store, row, stageOf(state))
  if (wasActive) store.vacated(row.op)
}

/** Sets a NEW row before the gate it has to wait at, or among those that may be claimed. */
export function admit(store: Store, row: Row): void {
  const gate = gateFor(store, row)
  const { extras } = row
  const key = extras?.origin.concurrencyKey
  if (gate !== undefined) setStage(store, row, atGate(gate))
  else if (key !== undefined) join(store, row, key)
  else {
    setStage(store, row, readyAt(row.priority))
    store.claimable(row.op)
  }
  if (extras === undefined) return
  const due = Math.min(extras.expiresAt ?? Infinity, gate === 'time' ? extras.notBefore! : Infinity)
  store.setDue(row, due === Infinity ? undefined : due)
}

function gateFor(store: Store, { extras }: Row): Gate | undefined {
  if (extras === undefined) return undefined
  if (extras.held) return 'start'
  if (extras.pending > 0) return 'dependency'
  if (extras.notBefore !== undefined && extras.notBefore > store.time) return 'time'
  return undefined
}

/** Takes a NEW row away from wherever it waits. */
export function withdraw(store: Store, row: Row): void {
  const key = row.extras?.origin.concurrencyKey
  if (key !== undefined) leave(store, row, key)
  store.setDue(row, undefined)
}

/** How a claim holds the row. */
export interface Terms {
  readonly batch: ClaimBatch
  readonly mostInterrupts: number | undefined
}

/**
 * NEW to ACTIVE, in the hands of a new lease. A row that says all the rest by itself is not written: the file has the
 * claim, which {@link begin} is made again from.
 */
export function start(store: Store, row: Row, { batch, mostInterrupts }: Terms): Task {
  const token = store.holds.token(batch.number, row.seq)
  const key = row.extras?.origin.concurrencyKey
  if (key !== undefined) takeKey(store, row, key, token)
  withdraw(store, row)
  store.operations.moved(row.op, row.stage, Stage.ACTIVE)
  begin(row, batch.number, store.time)
  const until = batch.lease === undefined ? undefined : store.time + batch.lease
  store.holds.add({ row, batch, token, mostInterrupts, until })
  if (until !== undefined) store.tidings.due(until)
  return store.changed('updated', row)
}

/** What a claim makes of a row, and of nothing else. */
export function begin(row: Row, claim: number, time: number): void {
  const { extras } = row
  if (extras?.history !== undefined) noteAt(row, messageText.started(row.attempt + 1), time)
  row.stage = Stage.ACTIVE
  row.claimed = claim
  row.kin &= ~Kin.LOST
  row.attempt++
  row.version++
  row.started = time
  row.modified = time
  if (extras === undefined) return
  extras.expiresAt = undefined
  extras.notBefore = undefined
  extras.amended = 0
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
  const wasActive = row.stage === Stage.ACTIVE
  const extras = row.more()
  extras.waitingFor = undefined
  extras.error = Object.freeze(error)
  extras.notBefore = delay > 0 ? store.time + delay : undefined
  row.reason = Object.freeze(reason)
  store.touch(row)
  admit(store, row)
  if (wasActive) store.vacated(row.op)
  return store.changed('updated', row)
}

/** The run's lease no longer counts. */
export function letGo(store: Store, row: Row, how: 'settled' | 'lost'): void {
  const { hold } = row
  if (hold === undefined) return
  store.holds.delete(hold)
  store.rows.keep(row)
  if (how === 'lost') row.kin |= Kin.LOST
  store.writer.add(row)
  if (hold.batch.left === 0) store.sql.run('DELETE FROM claims WHERE claim = ?', hold.batch.number)
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
  if (row.history !== undefined) store.note(row, messageText.changed(state, reason))
  row.ended = store.time
  row.reason = Object.freeze(reason)
  row.result = result
  store.touch(row)
  become(store, row, state)
  if (error !== undefined) row.more()
  const { extras } = row
  if (extras !== undefined) {
    extras.error = Object.freeze(error)
    extras.waitingFor = undefined
    extras.held = false
    extras.dedup = undefined
  }
  const task = store.changed('updated', row)
  schedulePurge(store, row)
  return task
}

/** Adds those dependents to `ended` that end with the row. */
function tellDependents(store: Store, row: Row, ended: Row[]): void {
  for (const { row: dependent, onSuccess } of dependentsOf(store, row)) {
    if (dependent.finished) continue
    if (onSuccess && !isSuccess(row.state)) {
      endOne(store, dependent, hopeless(row))
      ended.push(dependent)
      continue
    }
    const extras = dependent.more()
    extras.pending--
    store.writer.add(dependent)
    if (extras.pending > 0 || dependent.gate !== 'dependency') continue
    withdraw(store, dependent)
    admit(store, dependent)
    store.touch(dependent)
    store.announce('updated', dependent)
  }
  for (const one of settleDependent(store, row)) scheduleLater(store, one)
}

/** How a task ends that comes after one that failed. */
export function hopeless(on: Row): Ending {
  return { state: 'CANCELED', reason: dependencyFailed(on.id, on.state) }
}
