import { forgetOutput } from './outputs.ts'
import { isReferredTo } from './dependencies.ts'
import { leaveRemains } from './idempotency.ts'
import { Kin } from './kin.ts'
import type { Row } from './row.ts'
import { isEndStage } from './stage.ts'
import { keyText, listed } from './sql.ts'
import type { Store } from './store.ts'

/**
 * How long ended tasks are kept. A tree is kept and goes as one: only its root has a time to go, and only when all of
 * it has ended. A task that an unfinished one comes after stays until that one has ended too.
 */

/** The row has ended: when will it, and the tree that it belongs to, go? */
export function schedulePurge(store: Store, row: Row): void {
  const root = rootOf(store, row)
  // Whether all of the tree has ended is looked at when its time has come: at each end it would cost the whole tree.
  if (root.finished) goAt(store, root, store.time + root.retain)
}

/** A task that came after `row` has ended, so `row` may go, if its time has come. */
export function scheduleLater(store: Store, row: Row): void {
  const root = rootOf(store, row)
  if (root.finished && root.due === undefined)
    goAt(store, root, Math.max(store.time, (root.ended ?? 0) + root.retain))
}

function goAt(store: Store, root: Row, time: number): void {
  store.setDue(root, store.overflow.covers(root) ? store.time : time)
}

/** The root's time has come: it goes with its tree, unless something still refers to it. */
export function purge(store: Store, root: Row): void {
  const tree = allEnded(store, root)
  if (tree !== undefined && !tree.some((member) => isReferredTo(store, member))) forget(store, tree)
  else store.setDue(root, undefined)
}

/** The row and all below it, if all of them have ended. */
export function allEnded(store: Store, root: Row): Row[] | undefined {
  if (!root.has(Kin.CHILDREN)) return root.finished ? [root] : undefined
  store.writer.flush()
  const seqs = store.sql.all<{ seq: number; stage: number }>(TREE, root.seq)
  if (seqs.some(({ stage }) => !isEndStage(stage))) return undefined
  return store.rows.many(seqs.map(({ seq }) => seq))
}

const TREE = `
  WITH RECURSIVE tree (seq, id, stage, kin) AS (
    SELECT seq, id, stage, kin FROM tasks WHERE seq = ?
    UNION ALL
    SELECT child.seq, child.id, child.stage, child.kin
      FROM tree JOIN extras ON extras.parent = tree.id JOIN tasks AS child ON child.seq = extras.seq
      WHERE tree.kin & ${Kin.CHILDREN} <> 0
  )
  SELECT seq, stage FROM tree`

/** Removes the rows as if they had never been; what they promised to Idempotency-Keys is still remembered. */
export function forget(store: Store, rows: readonly Row[]): void {
  store.writer.flush()
  for (const row of rows) {
    store.announce('deleted', row)
    forgetOutput(store, row)
    leaveRemains(store, row)
    for (const tag of row.tags) {
      store.sql.run('DELETE FROM tags WHERE tag = ? AND seq = ?', keyText(tag), row.seq)
      store.sql.run('DELETE FROM tag_ends WHERE tag = ? AND end_seq = ?', keyText(tag), row.endSeq ?? null)
    }
    if (row.has(Kin.DEPENDENTS)) store.sql.run('DELETE FROM dependencies WHERE first = ?', row.seq)
  }
  const extras = rows.filter((row) => row.has(Kin.EXTRAS)).map(({ seq }) => seq)
  if (extras.length > 0) store.sql.run(DELETE_EXTRAS, listed(extras))
  forgetPlain(
    store,
    rows.map(({ seq, op, stage, endSeq }) => ({ seq, op, stage, endSeq })),
  )
}

const DELETE_EXTRAS = 'DELETE FROM extras WHERE seq IN (SELECT value FROM json_each(?))'
const DELETE = 'DELETE FROM tasks WHERE seq IN (SELECT value FROM json_each(?))'

/** The same for what has nothing besides its row. */
export function forgetPlain(
  store: Store,
  rows: readonly Pick<Row, 'seq' | 'op' | 'stage' | 'endSeq'>[],
): void {
  for (const row of rows) {
    store.operations.moved(row.op, row.stage, undefined)
    store.overflow.forget(row)
    store.rows.forget(row.seq)
  }
  store.sizes.removed += rows.length
  store.sql.run(DELETE, listed(rows.map(({ seq }) => seq)))
}

/** Whether it is kept by itself, and not as a part of a tree. */
export function isRoot(store: Store, row: Row): boolean {
  return rootOf(store, row) === row
}

function rootOf(store: Store, row: Row): Row {
  const root = row.extras?.root
  return root === undefined ? row : (store.rows.get(root) ?? row)
}
