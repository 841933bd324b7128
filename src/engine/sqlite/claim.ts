import type { Claim, ClaimWish, Holding } from '../contract.ts'
import { prolong } from './ghosts.ts'
import { ClaimBatch } from './holds.ts'
import { goesBefore } from './keys.ts'
import { start } from './lifecycle.ts'
import type { Operation } from './operations.ts'
import { ReadyLine } from './ready-lines.ts'
import type { Row } from './row.ts'
import { listed } from './sql.ts'
import type { Store } from './store.ts'

/** Hands out the first tasks, by priority and then by creation, of the operations that have room. */
export function claim(store: Store, wish: ClaimWish): Claim[] {
  const lines = linesFor(store, wish)
  if (lines.length === 0) return []
  store.writer.flush()
  const batch = new ClaimBatch(++store.claims, wish.lease)
  const claims: Claim[] = []
  const seqs: number[] = []
  while (claims.length < wish.limit) {
    const row = next(store, lines)
    if (row === undefined) break
    const task = start(store, row, { batch, mostInterrupts: wish.interrupts?.get(row.operation) })
    const { id, seq } = row
    const lease = store.holds.token(batch.number, seq)
    claims.push({ id, lease, task, limits: row.extras?.origin.limits })
    seqs.push(seq)
  }
  for (const line of lines) line.finish()
  if (seqs.length > 0) keep(store, batch, wish, seqs)
  return claims
}

function keep(store: Store, { number, lease }: ClaimBatch, { interrupts }: ClaimWish, seqs: number[]): void {
  store.sql.run(
    'INSERT INTO claims (claim, time, lease, interrupts, tasks) VALUES (?, ?, ?, ?, ?)',
    number,
    store.time,
    lease ?? null,
    interrupts === undefined || interrupts.size === 0 ? null : JSON.stringify([...interrupts]),
    listed(seqs),
  )
}

function linesFor(store: Store, wish: ClaimWish): ReadyLine[] {
  const lines: ReadyLine[] = []
  for (const [name, free] of wish.room) {
    const op = store.operations.get(name)
    if (op === undefined || op.paused || op.ready === 0) continue
    const room = places(op, free, wish.caps?.get(name))
    if (room > 0) lines.push(new ReadyLine(store, op, wish, room))
  }
  return lines
}

/** As many as the worker has room for and the limit of the operation allows. */
function places(op: Operation, free: number, cap: number | undefined): number {
  const most = op.limit ?? cap
  if (most === undefined) return free
  const below = most - op.running
  if (below <= free && op.ready > below) op.crowded = true
  return Math.min(free, below)
}

function next(store: Store, lines: readonly ReadyLine[]): Row | undefined {
  let best: Row | undefined
  let from: ReadyLine | undefined
  for (const line of lines) {
    const row = line.first()
    if (row === undefined || (best !== undefined && !goesBefore(store, row, best))) continue
    best = row
    from = line
  }
  from?.take()
  return best
}

/** Prolongs what is still held, and what runs still keep that outlived their tasks. */
export function renew(
  store: Store,
  claims: readonly Holding[],
  lease: number,
): ('held' | 'lost' | 'cancel')[] {
  return claims.map((claim) => {
    const row = store.holds.holder(claim)
    const hold = row?.hold
    if (row === undefined || hold === undefined) {
      prolong(store, claim, lease)
      return 'lost'
    }
    if (hold.until !== undefined) {
      if (hold.until <= store.time) return 'lost'
      store.holds.prolong(hold, store.time + lease)
    }
    return row.cancelRequested ? 'cancel' : 'held'
  })
}
