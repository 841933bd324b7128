import { isSuccess } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { Draft, DraftExtras, InsertLimits, InsertResult } from '../contract.ts'
import { admit, end, hopeless } from './lifecycle.ts'
import { Row, type Remembered } from './row.ts'
import { dedupId, nameId, type Store } from './store.ts'

/** Stores each draft, or says which task is there already, or why not. */
export function insert(store: Store, drafts: readonly Draft[], limits: InsertLimits = {}): InsertResult[] {
  const mostQueued = limits.maxQueued ?? Number.POSITIVE_INFINITY
  return drafts.map(
    (draft) =>
      alreadyThere(store, draft) ??
      refusal(store, draft, mostQueued) ?? { kind: 'stored', task: stored(store, draft) },
  )
}

function alreadyThere(store: Store, draft: Draft): InsertResult | undefined {
  const same = store.indexes.get(draft.id)
  if (same !== undefined) return duplicate('id', same)
  const extras = draft.extras
  if (extras === undefined) return undefined
  if (extras.idempotency !== undefined) {
    const before = store.remembered.get(extras.idempotency.key)
    if (before !== undefined && before.hash === extras.idempotency.hash)
      return {
        kind: 'duplicate',
        of: 'idempotency',
        task: before.made instanceof Row ? snapshot(before.made) : before.made,
      }
    if (before !== undefined)
      return {
        kind: 'refused',
        code: 'idempotency-mismatch',
        message: 'the Idempotency-Key was used with another creation',
      }
  }
  const name = nameId(extras)
  const sibling = name === undefined ? undefined : store.names.get(name)
  if (sibling !== undefined && !mayReplace(extras, sibling)) return duplicate('name', sibling)
  const twin =
    extras.dedupKey === undefined ? undefined : store.dedup.get(dedupId(draft.operation, extras.dedupKey))
  return twin === undefined ? undefined : duplicate('dedup', twin)
}

/** A re-run takes the name of the task that it runs again, or of an earlier re-run of that one. */
function mayReplace({ rerunOf }: DraftExtras, sibling: Row): boolean {
  return rerunOf !== undefined && sibling.finished && (sibling.id === rerunOf || sibling.rerunOf === rerunOf)
}

function duplicate(of: 'id' | 'idempotency' | 'dedup' | 'name', row: Row): InsertResult {
  return { kind: 'duplicate', of, task: snapshot(row) }
}

function refusal(store: Store, draft: Draft, mostQueued: number): InsertResult | undefined {
  if (store.indexes.byState.NEW.size >= mostQueued) {
    return { kind: 'refused', code: 'queue-full', message: `${mostQueued} tasks wait already` }
  }
  if (draft.extras === undefined) return undefined
  const missing = references(draft.extras).find(({ id }) => store.indexes.get(id) === undefined)
  if (missing === undefined) return undefined
  return {
    kind: 'refused',
    code: 'unknown-reference',
    message: `${missing.what} refers to task ${missing.id}, which does not exist`,
  }
}

function references(extras: DraftExtras): { readonly what: string; readonly id: string }[] {
  const after = (extras.after ?? []).map(({ id }) => ({ what: 'after', id }))
  return extras.parentId === undefined ? after : [{ what: 'parentId', id: extras.parentId }, ...after]
}

function stored(store: Store, draft: Draft): Task {
  const row = new Row(draft, store.seq++, store.indexes.operation(draft.operation), store.time)
  store.indexes.add(row)
  if (draft.extras !== undefined) remember(store, row, draft.extras)
  const failed = draft.extras?.after === undefined ? undefined : awaitOthers(store, row, draft.extras.after)
  admit(store, row)
  const task = store.changed('created', row)
  return failed === undefined ? task : end(store, row, hopeless(failed))
}

function remember(store: Store, row: Row, extras: DraftExtras): void {
  if (extras.dedupKey !== undefined) store.dedup.set(dedupId(row.operation, extras.dedupKey), row)
  const name = nameId(extras)
  if (name !== undefined) store.names.set(name, row)
  if (extras.idempotency === undefined) return
  const { key, hash, keep } = extras.idempotency
  const entry: Remembered = { key, hash, made: row, due: 0, place: -1 }
  row.extras!.remembered = entry
  store.remembered.set(key, entry)
  store.dues.set(entry, store.time + keep)
}

/** Ties the row to the tasks that it comes after; answers one of them that makes it hopeless already. */
function awaitOthers(store: Store, row: Row, after: NonNullable<DraftExtras['after']>): Row | undefined {
  let failed: Row | undefined
  for (const { id, on } of after) {
    const other = store.indexes.get(id)!
    // Also one that has ended is kept as long as somebody unfinished refers to it.
    other.more().dependents.push({ row, on })
    row.extras!.after.push(other)
    if (!other.finished) row.extras!.pending++
    else if (on === 'success' && !isSuccess(other.state)) failed = other
  }
  return failed
}

/** The draft that the row was made of. */
export function recalled({ id, operation, args, priority, tags, retain, extras }: Row): Draft {
  const draft = { id, operation, args, priority, tags, retain }
  if (extras === undefined) return draft
  const { createdBy, parentId, name, rerunOf, dedupKey, concurrencyKey, limits, secrets, maxItems } = extras
  return {
    ...draft,
    extras: { createdBy, parentId, name, rerunOf, dedupKey, concurrencyKey, limits, secrets, maxItems },
  }
}
