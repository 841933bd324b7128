import type { Claim, ClaimWish, Holding } from '../contract.ts'
import { prolong } from './ghosts.ts'
import { start } from './lifecycle.ts'
import type { ReadyQueue } from './ready-queue.ts'
import type { OperationRow, Row } from './row.ts'
import type { Store } from './store.ts'

/** How many more tasks of one operation may be claimed. */
interface Room {
  left: number
}

interface Candidate {
  readonly queue: ReadyQueue
  readonly room: Room
}

/** Hands out the first tasks, by priority and then by creation, of the operations that have room. */
export function claim(store: Store, wish: ClaimWish): Claim[] {
  const { lease, interrupts } = wish
  const candidates = candidatesFor(store, wish)
  const claims: Claim[] = []
  while (claims.length < wish.limit) {
    const row = next(store, candidates)
    if (row === undefined) break
    const leaseToken = store.token(++store.claims)
    const terms = { lease, mostInterrupts: interrupts?.get(row.operation) }
    claims.push({
      id: row.id,
      lease: leaseToken,
      task: start(store, row, leaseToken, terms),
      limits: row.extras?.limits,
    })
  }
  return claims
}

function candidatesFor(store: Store, { room, tags, caps }: ClaimWish): Candidate[] {
  const candidates: Candidate[] = []
  for (const [name, free] of room) {
    const op = store.indexes.operations.get(name)
    if (op === undefined || op.paused || op.ready.size === 0) continue
    const left = places(op, free, caps?.get(name))
    if (left <= 0) continue
    const shared = { left }
    for (const queue of op.ready.queues(tags)) candidates.push({ queue, room: shared })
  }
  return candidates
}

/** As many as the worker has room for and the limit of the operation allows. */
function places(op: OperationRow, free: number, cap: number | undefined): number {
  const most = op.limit ?? cap
  if (most === undefined) return free
  const below = most - op.running
  if (below <= free && op.ready.size > below) op.crowded = true
  return Math.min(free, below)
}

function next(store: Store, candidates: readonly Candidate[]): Row | undefined {
  let best: Row | undefined
  let from: Candidate | undefined
  for (const candidate of candidates) {
    const row = candidate.room.left > 0 ? candidate.queue.first() : undefined
    if (row === undefined || (best !== undefined && !store.indexes.turn.goesBefore(row, best))) continue
    best = row
    from = candidate
  }
  if (from !== undefined) from.room.left--
  return best
}

/** Prolongs what is still held, and what runs still keep that outlived their tasks. */
export function renew(
  store: Store,
  claims: readonly Holding[],
  lease: number,
): ('held' | 'lost' | 'cancel')[] {
  return claims.map((claim) => {
    const row = store.holder(claim)
    if (row === undefined) {
      prolong(store, claim, lease)
      return 'lost'
    }
    const { extras } = row
    if (extras?.leaseUntil !== undefined) {
      if (extras.leaseUntil <= store.time) return 'lost'
      extras.leaseUntil = store.time + lease
      store.dues.set(row, extras.leaseUntil)
    }
    return row.cancelRequested ? 'cancel' : 'held'
  })
}
