import type { Task } from '../../core/task.ts'
import { messageOf } from '../../core/errors.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { Draft, DraftExtras, InsertLimits, InsertResult } from '../contract.ts'
import { awaitOthers } from './dependencies.ts'
import { each } from './each.ts'
import { recollect, remember } from './idempotency.ts'
import { Kin } from './kin.ts'
import { admit, end, hopeless } from './lifecycle.ts'
import { Row } from './row.ts'
import { keyText } from './sql.ts'
import type { Store } from './store.ts'

/** Stores each draft, or says which task is there already, or why not. */
export function insert(store: Store, drafts: readonly Draft[], limits: InsertLimits = {}): InsertResult[] {
  const mostQueued = limits.maxQueued ?? Number.POSITIVE_INFINITY
  return each(
    store,
    drafts,
    (draft) =>
      alreadyThere(store, draft) ??
      refusal(store, draft, mostQueued) ?? { kind: 'stored', task: stored(store, draft) },
    (error) => ({ kind: 'refused', code: 'internal', message: messageOf(error) }),
  )
}

function alreadyThere(store: Store, draft: Draft): InsertResult | undefined {
  // Ids of one manager ascend, so most of them need not be looked up.
  const same = draft.id > store.greatestId ? undefined : store.byId(draft.id)
  if (same !== undefined) return duplicate('id', same)
  const { extras } = draft
  if (extras === undefined) return undefined
  const before = extras.idempotency === undefined ? undefined : recollect(store, extras.idempotency)
  if (before === 'mismatch')
    return {
      kind: 'refused',
      code: 'idempotency-mismatch',
      message: 'the Idempotency-Key was used with another creation',
    }
  if (before !== undefined) return { kind: 'duplicate', of: 'idempotency', task: before }
  const name = nameKey(extras)
  const sibling = name === undefined ? undefined : keyed(store, 'named', name)
  if (sibling !== undefined && !mayReplace(extras, sibling)) return duplicate('name', sibling)
  const { dedupKey } = extras
  const twin = dedupKey === undefined ? undefined : keyed(store, 'dedup', dedupId(draft.operation, dedupKey))
  return twin === undefined ? undefined : duplicate('dedup', twin)
}

/** A re-run takes the name of the task that it runs again, or of an earlier re-run of that one. */
function mayReplace({ rerunOf }: DraftExtras, sibling: Row): boolean {
  return rerunOf !== undefined && sibling.finished && (sibling.id === rerunOf || sibling.rerunOf === rerunOf)
}

function duplicate(of: 'id' | 'dedup' | 'name', row: Row): InsertResult {
  return { kind: 'duplicate', of, task: snapshot(row) }
}

function refusal(store: Store, draft: Draft, mostQueued: number): InsertResult | undefined {
  if (store.operations.waiting >= mostQueued)
    return { kind: 'refused', code: 'queue-full', message: `${mostQueued} tasks wait already` }
  if (draft.extras === undefined) return undefined
  const missing = references(draft.extras).find(({ id }) => store.byId(id) === undefined)
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
  const op = store.operations.named(draft.operation)
  const row = Row.of(draft, ++store.seq, op, store.time)
  if (draft.id > store.greatestId) store.greatestId = draft.id
  store.rows.add(row)
  const failed = draft.extras === undefined ? undefined : settleIn(store, row, draft)
  admit(store, row)
  const task = store.changed('created', row)
  return failed === undefined ? task : end(store, row, hopeless(failed))
}

/** What the draft has to do with others; answers one of those before it that makes it hopeless already. */
function settleIn(store: Store, row: Row, draft: Draft): Row | undefined {
  const { extras } = draft
  if (extras === undefined) return undefined
  if (extras.dedupKey !== undefined) row.more().dedup = dedupId(draft.operation, extras.dedupKey)
  if (extras.parentId !== undefined) adopt(store, row, extras.parentId)
  const name = nameKey(extras)
  if (name !== undefined) takeName(store, row, name)
  if (extras.idempotency !== undefined) remember(store, row, extras.idempotency)
  return extras.after === undefined ? undefined : awaitOthers(store, row, extras.after)
}

function adopt(store: Store, row: Row, parentId: string): void {
  const parent = store.byId(parentId)!
  row.more().root = parent.extras?.root ?? parent.seq
  if (parent.has(Kin.CHILDREN)) return
  parent.kin |= Kin.CHILDREN
  store.writer.add(parent)
}

/** The index allows a name once, so whoever had it gives it up first. */
function takeName(store: Store, row: Row, name: string): void {
  const sibling = keyed(store, 'named', name)
  if (sibling !== undefined) {
    sibling.more().named = undefined
    store.writer.add(sibling)
    store.writer.flushExtras()
  }
  row.more().named = name
}

function keyed(store: Store, index: 'dedup' | 'named', key: string): Row | undefined {
  store.writer.flushExtras()
  const found = store.sql.get<{ seq: number }>(`SELECT seq FROM extras WHERE ${index} = ?`, key)
  return found === undefined ? undefined : store.rows.get(found.seq)
}

/** A name of an operation or an id has no line break. */
const dedupId = (operation: string, key: string): string => keyText(`${operation}\n${key}`)
const nameKey = ({ parentId, name }: Pick<DraftExtras, 'parentId' | 'name'>): string | undefined =>
  parentId === undefined || name === undefined ? undefined : keyText(`${parentId}\n${name}`)

/** The draft that the row was made of, without what only its own start needed. */
export function recalled({ id, operation, args, priority, tags, retain, extras }: Row): Draft {
  const draft = { id, operation, args, priority, tags, retain }
  if (extras === undefined) return draft
  const { createdBy, parentId, name, rerunOf, dedupKey, concurrencyKey, limits, secrets, maxItems } =
    extras.origin
  return {
    ...draft,
    extras: { createdBy, parentId, name, rerunOf, dedupKey, concurrencyKey, limits, secrets, maxItems },
  }
}
