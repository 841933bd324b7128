import { snapshot } from '../../core/snapshot.ts'
import { remainsOf } from '../shared/remains.ts'
import type { Row } from './row.ts'
import { nameId, type Store } from './store.ts'

/**
 * How long ended tasks are kept. A tree is kept and goes as one: only its root has a time to go, and only when all of
 * it has ended. A task that an unfinished one comes after stays until that one has ended too.
 */

/** The row has ended: when will it, and the tree that it belongs to, go? */
export function schedulePurge(store: Store, row: Row): void {
  if (row.parentId === undefined && row.extras === undefined)
    return store.dues.set(row, store.time + row.retain)
  const root = rootOf(store, row)
  // Whether all of the tree has ended is looked at when its time has come: at each end it would cost the whole tree.
  if (root.finished) store.dues.set(root, store.overflow.covers(root) ? store.time : store.time + root.retain)
}

/** A task that came after `row` has ended, so `row` may go, if its time has come. */
export function scheduleLater(store: Store, row: Row): void {
  const root = rootOf(store, row)
  if (root.finished && root.place < 0 && store.indexes.get(root.id) === root)
    store.dues.set(
      root,
      store.overflow.covers(root) ? store.time : Math.max(store.time, root.ended + root.retain),
    )
}

/** The root's time has come: it goes with its tree, unless something still refers to it. */
export function purge(store: Store, root: Row): void {
  if (root.extras === undefined && store.indexes.parent(root.id) === undefined) return forget(store, [root])
  const tree = treeOf(store, root)
  if (tree.every((member) => member.finished && !isReferredTo(member))) forget(store, tree)
}

/** Removes the rows as if they had never been; what they promised to Idempotency-Keys is still remembered. */
export function forget(store: Store, rows: readonly Row[]): void {
  for (const row of rows) {
    store.indexes.delete(row)
    store.dues.delete(row)
    store.overflow.forget(row)
    const extras = row.extras
    const name = extras === undefined ? undefined : nameId(extras)
    if (name !== undefined && store.names.get(name) === row) store.names.delete(name)
    store.announce('deleted', row)
    if (extras === undefined) continue
    extras.outputs = undefined
    if (extras.remembered !== undefined) extras.remembered.made = snapshot(remainsOf(row))
  }
}

/** The row and all below it, the root first. */
export function treeOf(store: Store, root: Row): Row[] {
  const tree = [root]
  for (const member of tree) {
    if (store.indexes.parent(member.id) === undefined) continue
    // One by one: as arguments of one call they would not fit the stack when there are very many.
    for (const child of store.indexes.children(member.id)) tree.push(child)
  }
  return tree
}

/** Whether it is kept by itself, and not as a part of a tree. */
export function isRoot(store: Store, row: Row): boolean {
  return rootOf(store, row) === row
}

function rootOf(store: Store, row: Row): Row {
  let root = row
  while (root.parentId !== undefined) {
    const parent = store.indexes.get(root.parentId)
    if (parent === undefined) break
    root = parent
  }
  return root
}

function isReferredTo(row: Row): boolean {
  return row.extras?.dependents.some((dependent) => !dependent.row.finished) ?? false
}
