import type { Reason } from '../../core/task.ts'
import { admit, end, letGo, putBack, withdraw } from './lifecycle.ts'
import { purge } from './retention.ts'
import { Row } from './row.ts'
import type { Store } from './store.ts'

/** A sweep stops after so much and asks to be called again at once, so that a million purges do not block the process. */
const MOST_AT_ONCE = 2_000

const EXPIRED: Reason = Object.freeze({
  code: 'expired',
  message: 'its time to live in the queue has passed',
})
const INTERRUPTED: Reason = Object.freeze({
  code: 'interrupted',
  message: 'its worker did not renew the lease in time',
})

/** Does what is due. */
export function sweep(store: Store): number | undefined {
  store.forgetDue()
  for (let i = 0; i < MOST_AT_ONCE; i++) {
    const item = store.dues.take(store.time)
    if (item === undefined) break
    if (!(item instanceof Row)) store.remembered.delete(item.key)
    else if (item.state === 'NEW') startOrExpire(store, item)
    else if (item.finished) purge(store, item)
    else interrupt(store, item)
  }
  return store.nextDue()
}

function startOrExpire(store: Store, row: Row): void {
  const { expiresAt } = row.extras!
  if (expiresAt !== undefined && expiresAt <= store.time) {
    end(store, row, { state: 'FAILED', reason: EXPIRED, error: row.error })
    return
  }
  withdraw(store, row)
  admit(store, row)
  store.touch(row)
  store.announce('updated', row)
}

function interrupt(store: Store, row: Row): void {
  const lease = row.lease!
  store.keys.free(lease)
  letGo(store, row, 'lost')
  store.order({ id: row.id, lease, kind: 'lost' })
  const cancel = row.extras?.cancel
  if (cancel !== undefined) end(store, row, { state: 'CANCELED', reason: cancel, error: row.error })
  else putBack(store, row, 0, INTERRUPTED, row.error)
}
