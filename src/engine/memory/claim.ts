import type { Claim, ClaimWish, Holding } from '../contract.ts'
import { start } from './lifecycle.ts'
import type { OperationRow, Row } from './row.ts'
import type { Store } from './store.ts'

interface Candidate {
  readonly op: OperationRow
  room: number
}

/** Hands out the first tasks, by priority and then by creation, of the operations that have room. */
export function claim(store: Store, { room, limit, lease }: ClaimWish): Claim[] {
  const candidates: Candidate[] = []
  for (const [name, free] of room) {
    const op = store.indexes.operations.get(name)
    if (op !== undefined && !op.paused && free > 0 && op.ready.size > 0) candidates.push({ op, room: free })
  }
  const claims: Claim[] = []
  while (claims.length < limit) {
    const row = next(store, candidates)
    if (row === undefined) break
    const leaseToken = store.token(++store.claims)
    claims.push({
      id: row.id,
      lease: leaseToken,
      task: start(store, row, leaseToken, lease),
      limits: row.extras?.limits,
    })
  }
  return claims
}

function next(store: Store, candidates: Candidate[]): Row | undefined {
  let best: Row | undefined
  let from: Candidate | undefined
  for (const candidate of candidates) {
    const row = candidate.room > 0 ? first(store, candidate.op) : undefined
    if (row === undefined || (best !== undefined && !goesBefore(row, best))) continue
    best = row
    from = candidate
  }
  if (from !== undefined) from.room--
  return best
}

function first(store: Store, op: OperationRow): Row | undefined {
  const seq = op.ready.first()
  return seq === undefined ? undefined : store.indexes.rows.get(seq)
}

function goesBefore(a: Row, b: Row): boolean {
  return a.priority === b.priority ? a.seq < b.seq : a.priority > b.priority
}

/** Prolongs what is still held. */
export function renew(
  store: Store,
  claims: readonly Holding[],
  lease: number,
): ('held' | 'lost' | 'cancel')[] {
  return claims.map((claim) => {
    const row = store.holder(claim)
    if (row === undefined) return 'lost'
    const { extras } = row
    if (extras?.leaseUntil !== undefined) {
      if (extras.leaseUntil <= store.time) return 'lost'
      extras.leaseUntil = store.time + lease
      store.dues.set(row, extras.leaseUntil)
    }
    return row.cancelRequested ? 'cancel' : 'held'
  })
}
