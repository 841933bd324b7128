import { isEnded } from '../../core/states.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { CancelAnswer, CancelOrder, OutsideChange, UpdateAnswer } from '../contract.ts'
import { cancelText, canceledBy } from '../shared/reasons.ts'
import { haunt } from './ghosts.ts'
import { admit, end, letGo, withdraw } from './lifecycle.ts'
import { forget, treeOf } from './retention.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'

/** What others do to a task while it waits or runs. */

export function requestCancel(store: Store, orders: readonly CancelOrder[]): CancelAnswer[] {
  return orders.map((order) => {
    const row = store.indexes.get(order.id)
    if (row === undefined) return { outcome: 'missing' }
    if (row.finished) return { outcome: 'ended', task: snapshot(row) }
    if (row.state === 'NEW') return { outcome: 'canceled', task: canceled(store, row, order) }
    if (row.cancelRequested) return { outcome: 'requested', task: snapshot(row) }
    store.note(row, cancelText(order))
    row.more().cancel = canceledBy(order)
    store.touch(row)
    store.order({
      id: row.id,
      lease: row.lease!,
      kind: 'cancel',
      message: order.message,
      ...(order.by === undefined ? {} : { by: order.by }),
    })
    return { outcome: 'requested', task: store.changed('updated', row) }
  })
}

function canceled(store: Store, row: Row, order: CancelOrder) {
  const reason = canceledBy(order)
  row.more().cancel = reason
  return end(store, row, { state: 'CANCELED', reason, error: row.error })
}

export function update(store: Store, id: string, change: OutsideChange): UpdateAnswer {
  const row = store.indexes.get(id)
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
  if (isEnded(row.state)) return 'task-ended'
  const startable = row.state === 'NEW' && row.gate === 'start'
  const resumable = row.state === 'WAITING' && row.extras?.waitingFor === 'action'
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
    row.extras!.held = false
    admit(store, row)
  } else {
    store.note(row, `ACTIVE: resumed${who}`)
    store.indexes.setState(row, 'ACTIVE')
    row.extras!.waitingFor = undefined
    store.order({ id: row.id, lease: row.lease!, kind: 'resume' })
  }
  store.touch(row)
}

function endFromOutside(
  store: Store,
  row: Row,
  ending: NonNullable<OutsideChange['end']>,
  by: string | undefined,
) {
  if (row.state !== 'NEW') {
    store.order({
      id: row.id,
      lease: row.lease!,
      kind: 'superseded',
      message: ending.reason.message,
      ...(by === undefined ? {} : { by }),
    })
    haunt(store, row)
    letGo(store, row, 'lost')
  }
  return end(store, row, { ...ending, error: row.error })
}

export function remove(store: Store, ids: readonly string[]): ('removed' | 'unfinished' | 'missing')[] {
  return ids.map((id) => {
    const row = store.indexes.get(id)
    if (row === undefined) return 'missing'
    const tree = treeOf(store, row)
    if (!tree.every((member) => member.finished)) return 'unfinished'
    forget(store, tree)
    return 'removed'
  })
}
