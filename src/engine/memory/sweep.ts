import { EXPIRED, INTERRUPTED } from '../shared/reasons.ts'
import { Ghost, layToRest } from './ghosts.ts'
import { admit, end, letGo, putBack, withdraw } from './lifecycle.ts'
import { Overflow } from './overflow.ts'
import { isRoot, purge } from './retention.ts'
import { Row } from './row.ts'
import type { Store } from './store.ts'

/** A sweep stops after so much and asks to be called again at once, so that a million purges do not block the process. */
const MOST_AT_ONCE = 2_000

/** Does what is due. */
export function sweep(store: Store): number | undefined {
  store.forgetDue()
  for (let i = 0; i < MOST_AT_ONCE; i++) {
    const item = store.dues.take(store.time)
    if (item === undefined) break
    if (item instanceof Ghost) layToRest(store, item.lease)
    else if (item instanceof Overflow) trim(store, item)
    else if (!(item instanceof Row)) store.remembered.delete(item.key)
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
  if (cancel !== undefined) {
    end(store, row, { state: 'CANCELED', reason: cancel, error: row.error })
    return
  }
  const extras = row.more()
  if (++extras.interrupted > (extras.mostInterrupts ?? Number.POSITIVE_INFINITY))
    end(store, row, { state: 'FAILED', reason: INTERRUPTED, error: row.error })
  else putBack(store, row, 0, INTERRUPTED, row.error)
}

function trim(store: Store, overflow: Overflow): void {
  const row = overflow.next()
  if (row !== undefined && isRoot(store, row)) {
    // It does not wait for its own time any more, but for those that keep it.
    store.dues.delete(row)
    purge(store, row)
  }
  overflow.check()
}
