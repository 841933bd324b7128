import { isSuccess } from '../../core/states.ts'
import type { DraftExtras } from '../contract.ts'
import { Kin } from './kin.ts'
import type { Row } from './row.ts'
import type { Store } from './store.ts'

/** Who comes after whom. The file has it for as long as the one who comes after is unfinished. */

const TIE = 'INSERT OR IGNORE INTO dependencies (first, then_seq, on_success) VALUES (?, ?, ?)'

/** Ties the row to the tasks that it comes after; answers one of them that makes it hopeless already. */
export function awaitOthers(
  store: Store,
  row: Row,
  after: NonNullable<DraftExtras['after']>,
): Row | undefined {
  let failed: Row | undefined
  const tied = new Set<string>()
  for (const { id, on } of after) {
    if (tied.has(`${on} ${id}`)) continue
    tied.add(`${on} ${id}`)
    const other = store.byId(id)!
    // Also one that has ended is kept as long as somebody unfinished refers to it.
    other.kin |= Kin.DEPENDENTS
    row.kin |= Kin.AFTER
    store.writer.add(other)
    store.sql.run(TIE, other.seq, row.seq, on === 'success' ? 1 : 0)
    if (!other.finished) row.more().pending++
    else if (on === 'success' && !isSuccess(other.state)) failed = other
  }
  return failed
}

/** The unfinished tasks that come after the row. */
export function dependentsOf(
  store: Store,
  row: Row,
): readonly { readonly row: Row; readonly onSuccess: boolean }[] {
  if (!row.has(Kin.DEPENDENTS)) return []
  const ties = store.sql.all<{ then_seq: number; on_success: number }>(
    'SELECT then_seq, on_success FROM dependencies WHERE first = ? ORDER BY then_seq',
    row.seq,
  )
  const rows = store.rows.many([...new Set(ties.map((tie) => tie.then_seq))])
  const bySeq = new Map(rows.map((one) => [one.seq, one]))
  return ties.flatMap((tie) => {
    const dependent = bySeq.get(tie.then_seq)
    return dependent === undefined ? [] : [{ row: dependent, onSuccess: tie.on_success === 1 }]
  })
}

/** The row has ended: nothing has to be kept for it any more. Answers those that were. */
export function settleDependent(store: Store, row: Row): Row[] {
  if (!row.has(Kin.AFTER)) return []
  const firsts = store.sql.all<{ first: number }>(
    'SELECT DISTINCT first FROM dependencies WHERE then_seq = ?',
    row.seq,
  )
  store.sql.run('DELETE FROM dependencies WHERE then_seq = ?', row.seq)
  row.kin &= ~Kin.AFTER
  store.writer.add(row)
  return store.rows.many(firsts.map(({ first }) => first))
}

/** Whether somebody unfinished comes after the row. */
export function isReferredTo(store: Store, row: Row): boolean {
  if (!row.has(Kin.DEPENDENTS)) return false
  return store.sql.get('SELECT 1 FROM dependencies WHERE first = ? LIMIT 1', row.seq) !== undefined
}
