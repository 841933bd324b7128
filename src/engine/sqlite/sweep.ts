import { Ghost, type Hold } from './holds.ts'
import { layToRest } from './ghosts.ts'
import { forgetKeys, nextKeyEnd } from './idempotency.ts'
import { interrupt } from './run-writes.ts'
import { nextTaskDue, sweepTasks } from './sweep-tasks.ts'
import type { Store } from './store.ts'
import { vacuum } from './vacuum.ts'

/** A sweep stops after so much and asks to be called again at once, so that a million purges do not block the process. */
const MOST_AT_ONCE = 1_000

/** Does what is due; answers in how many milliseconds the next sweep is wanted. */
export function sweep(store: Store): number | undefined {
  endLeases(store)
  sweepTasks(store, MOST_AT_ONCE)
  forgetKeys(store, MOST_AT_ONCE)
  store.overflow.trim(MOST_AT_ONCE)
  const next = Math.min(nextDue(store), vacuum(store))
  store.tidings.knownDue(next)
  return next === Infinity ? undefined : Math.max(0, next - store.time)
}

function endLeases(store: Store): void {
  for (let i = 0; i < MOST_AT_ONCE; i++) {
    const item = store.holds.dues.take(store.time)
    if (item === undefined) return
    if (item instanceof Ghost) layToRest(store, item.token)
    else for (const hold of store.holds.expired(item, store.time)) takeBack(store, hold)
  }
}

function takeBack(store: Store, hold: Hold): void {
  store.tidings.orders.push({ id: hold.row.id, lease: hold.token, kind: 'lost' })
  interrupt(store, hold)
}

/** When something is due next, epoch milliseconds. */
export function nextDue(store: Store): number {
  const lease = store.holds.dues.peek()?.due ?? Infinity
  const overflow = store.overflow.excess > 0 ? store.time : Infinity
  return Math.min(nextTaskDue(store), lease, nextKeyEnd(store) ?? Infinity, overflow)
}
