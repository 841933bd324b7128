import { snapshot } from '../../core/snapshot.ts'
import type { Task } from '../../core/task.ts'
import type { CancelAnswer, CancelOrder, OutsideChange, RunOrder, UpdateAnswer } from '../contract.ts'
import { cancelText, canceledBy } from '../shared/reasons.ts'
import { eachOrFail } from './each.ts'
import { haunt } from './ghosts.ts'
import { admit, become, end, letGo, withdraw } from './lifecycle.ts'
import { allEnded, forget } from './retention.ts'
import type { Row } from './row.ts'
import { Stage } from './stage.ts'
import type { Store } from './store.ts'

/** What others do to a task while it waits or runs. */

export function requestCancel(store: Store, orders: readonly CancelOrder[]): CancelAnswer[] {
  const answers = eachOrFail(store, orders, (order) => cancel(store, order))
  return answers.map((answer) => answer ?? { outcome: 'missing' })
}

function cancel(store: Store, order: CancelOrder): CancelAnswer {
  const row = store.byId(order.id)
  if (row === undefined) return { outcome: 'missing' }
  if (row.finished) return { outcome: 'ended', task: snapshot(row) }
  const reason = canceledBy(order)
  if (row.state === 'NEW') {
    row.more().cancel = reason
    const task = end(store, row, { state: 'CANCELED', reason, error: row.error })
    return { outcome: 'canceled', task }
  }
  if (row.cancelRequested) return { outcome: 'requested', task: snapshot(row) }
  store.note(row, cancelText(order))
  row.more().cancel = reason
  store.touch(row)
  tell(store, row, { kind: 'cancel', message: order.message }, order.by)
  return { outcome: 'requested', task: store.changed('updated', row) }
}

/** Gives the run its order. */
function tell(
  store: Store,
  { id, hold }: Row,
  order: Pick<RunOrder, 'kind' | 'message'>,
  by: string | undefined,
): void {
  if (hold === undefined) return
  store.tidings.orders.push({ id, lease: hold.token, ...order, ...(by === undefined ? {} : { by }) })
}

export function update(store: Store, id: string, change: OutsideChange): UpdateAnswer {
  const row = store.byId(id)
  if (row === undefined) return { kind: 'refused', code: 'task-not-found' }
  const code = objection(row, change)
  if (code !== undefined) return { kind: 'refused', code, task: snapshot(row) }
  const { version } = row
  if (change.priority !== undefined && change.priority !== row.priority)
    setPriority(store, row, change.priority)
  if (change.activate === true) activate(store, row, change.by)
  if (change.end !== undefined)
    return { kind: 'changed', task: endFromOutside(store, row, change.end, change.by) }
  return { kind: 'changed', task: row.version === version ? snapshot(row) : store.changed('updated', row) }
}

function objection(row: Row, { ifVersion, activate: asked }: OutsideChange) {
  if (ifVersion !== undefined && ifVersion !== row.version) return 'version-mismatch'
  if (row.finished) return 'task-ended'
  const startable = row.stage === Stage.START
  const resumable = row.stage === Stage.WAITING && row.extras?.waitingFor === 'action'
  return asked === true && !startable && !resumable ? 'wrong-state' : undefined
}

function setPriority(store: Store, row: Row, priority: number): void {
  store.note(row, `priority ${priority}`)
  const isNew = row.state === 'NEW'
  if (isNew) withdraw(store, row)
  row.priority = priority
  store.touch(row)
  if (isNew) admit(store, row)
}

function activate(store: Store, row: Row, by: string | undefined): void {
  const who = by === undefined ? '' : ` by ${by}`
  if (row.state === 'NEW') {
    store.note(row, `started${who}`)
    withdraw(store, row)
    row.more().held = false
    admit(store, row)
  } else {
    store.note(row, `ACTIVE: resumed${who}`)
    become(store, row, 'ACTIVE')
    row.more().waitingFor = undefined
    tell(store, row, { kind: 'resume' }, undefined)
  }
  store.touch(row)
}

function endFromOutside(
  store: Store,
  row: Row,
  ending: NonNullable<OutsideChange['end']>,
  by: string | undefined,
): Task {
  const { hold } = row
  if (hold !== undefined) {
    tell(store, row, { kind: 'superseded', message: ending.reason.message }, by)
    haunt(store, hold)
    letGo(store, row, 'lost')
  }
  return end(store, row, { ...ending, error: row.error })
}

export function remove(store: Store, ids: readonly string[]): ('removed' | 'unfinished' | 'missing')[] {
  const answers = eachOrFail(store, ids, (id) => {
    const row = store.byId(id)
    if (row === undefined) return 'missing'
    const tree = allEnded(store, row)
    if (tree === undefined) return 'unfinished'
    forget(store, tree)
    return 'removed'
  })
  return answers.map((answer) => answer ?? 'missing')
}
