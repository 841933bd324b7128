import { ClaimBatch, Ghost } from './holds.ts'
import { begin } from './lifecycle.ts'
import type { Row } from './row.ts'
import { Stage } from './stage.ts'
import type { Store } from './store.ts'

interface ClaimRecord {
  readonly claim: number
  readonly time: number
  readonly lease: number | null
  readonly interrupts: string | null
  readonly tasks: string
}

/**
 * Makes what is held again from the claims that the file has: after a transaction that failed, and when the file is
 * opened. `count`: the counts are those of the file, where such tasks still stand in the queue. `mark`: what was done to
 * leases since has not happened.
 */
export function loadHeld(
  store: Store,
  { count, mark }: { readonly count: boolean; readonly mark: number },
): void {
  const untils = store.holds.reset(mark)
  store.keys.clear()
  for (const op of store.operations.all()) op.ghosts = 0
  for (const record of store.sql.all<ClaimRecord>('SELECT * FROM claims ORDER BY claim'))
    loadClaim(store, record, count, untils)
  loadGhosts(store)
}

function loadClaim(
  store: Store,
  { claim, time, lease, interrupts, tasks }: ClaimRecord,
  count: boolean,
  untils: ReadonlyMap<string, number | undefined>,
): void {
  const batch = new ClaimBatch(claim, lease ?? undefined)
  const most = new Map(interrupts === null ? [] : (JSON.parse(interrupts) as [string, number][]))
  for (const row of store.rows.many(JSON.parse(tasks) as number[])) {
    if (!isHeldBy(row, claim)) continue
    if (row.state === 'NEW') {
      if (count) store.operations.moved(row.op, row.stage, Stage.ACTIVE)
      begin(row, claim, time)
    }
    const token = store.holds.token(claim, row.seq)
    const until = lease === null ? undefined : (untils.get(token) ?? store.time + lease)
    store.holds.add({ row, batch, token, mostInterrupts: most.get(row.operation), until })
    const key = row.extras?.origin.concurrencyKey
    if (key !== undefined) store.keys.take(key, token)
  }
}

/** The claim still holds the row if nothing was written to it since, or if its run wrote to it last and it did not end that way. */
function isHeldBy(row: Row, claim: number): boolean {
  const claimed = row.claimed ?? 0
  if (row.finished || claimed > claim) return false
  return claimed < claim || row.state !== 'NEW'
}

function loadGhosts(store: Store): void {
  const ghosts = store.sql.all<{
    lease: string
    id: string
    op: number
    wants: string | null
    until: number | null
  }>('SELECT * FROM ghosts')
  for (const { lease, id, op, wants, until } of ghosts) {
    const key = wants === null ? undefined : (JSON.parse(wants) as string)
    const ghost = new Ghost(id, lease, store.operations.numbered(op), key)
    store.holds.ghosts.set(lease, ghost)
    ghost.op.ghosts++
    if (until !== null) store.holds.dues.set(ghost, until)
    if (key !== undefined) store.keys.take(key, lease)
  }
}
