import { tagSet } from '../shared/tag-set.ts'
import type { Row } from './row.ts'
import { setStage } from './set-stage.ts'
import { keyText } from './sql.ts'
import { Stage, readyAt } from './stage.ts'
import type { Store } from './store.ts'

/** Which run has which concurrency key. A key is held by a lease, so it outlives its task's end while the run goes on. */
export class KeyHolders {
  readonly #tokenOf = new Map<string, string>()
  readonly #keyOf = new Map<string, string>()

  holds(key: string): boolean {
    return this.#tokenOf.has(key)
  }

  take(key: string, token: string): void {
    this.#tokenOf.set(key, token)
    this.#keyOf.set(token, key)
  }

  /** The key that the lease held, if it held one. */
  free(token: string): string | undefined {
    const key = this.#keyOf.get(token)
    if (key === undefined) return undefined
    this.#keyOf.delete(token)
    this.#tokenOf.delete(key)
    return key
  }

  clear(): void {
    this.#tokenOf.clear()
    this.#keyOf.clear()
  }
}

/*
 * At most one run at a time per concurrency key. The NEW tasks that want a key and need nothing else stand in line for it:
 * one line for each operation and set of tags, because an operation that is paused or full, or tags that no worker has,
 * must not keep the key from the others. While the key is free, the first of each line is ready, and no other.
 */

/** The row waits for its key from now on, or may be claimed at once. */
export function join(store: Store, row: Row, key: string): void {
  const lane = laneOf(row)
  const head = store.keys.holds(key) ? undefined : first(store, key, lane)
  row.extras!.lane = lane
  store.writer.add(row)
  if (store.keys.holds(key) || (head !== undefined && !goesBefore(store, row, head)))
    return setStage(store, row, Stage.KEY)
  if (head !== undefined) stepBack(store, head)
  comeForward(store, row)
}

export function leave(store: Store, row: Row, key: string): void {
  const lane = row.extras?.lane
  if (lane === undefined) return
  row.extras!.lane = undefined
  store.writer.add(row)
  if (!row.ready || store.keys.holds(key)) return
  const next = first(store, key, lane)
  if (next !== undefined) comeForward(store, next)
}

/** The row is about to run. */
export function takeKey(store: Store, row: Row, key: string, token: string): void {
  store.keys.take(key, token)
  leave(store, row, key)
  for (const head of heads(store, key)) stepBack(store, head)
}

/** Frees the key that the lease holds, if it holds one. */
export function freeKey(store: Store, token: string): void {
  const key = store.keys.free(token)
  if (key !== undefined) for (const head of heads(store, key)) comeForward(store, head)
}

function comeForward(store: Store, head: Row): void {
  const stage = readyAt(head.priority)
  if (head.stage !== stage) setStage(store, head, stage)
  store.claimable(head.op)
}

function stepBack(store: Store, head: Row): void {
  if (head.ready) setStage(store, head, Stage.KEY)
}

/** The first of each line for the key. */
function* heads(store: Store, key: string): Generator<Row> {
  for (let lane: string | undefined = ''; ;) {
    store.writer.flushExtras()
    lane = store.sql.get<{ lane: string }>(NEXT_LANE, keyText(key), lane)?.lane
    if (lane === undefined) return
    const head = first(store, key, lane)
    if (head !== undefined) yield head
  }
}

const NEXT_LANE = 'SELECT lane FROM extras WHERE wants = ? AND lane > ? ORDER BY wants, lane LIMIT 1'
const FIRST_AT_MOST =
  'SELECT seq, priority FROM extras WHERE wants = ? AND lane = ? AND priority <= ? ORDER BY priority DESC, seq LIMIT 1'

/** Whose turn it is in the line. Within one priority, age and creation are one order. */
function first(store: Store, key: string, lane: string): Row | undefined {
  store.writer.flushExtras()
  let best: Row | undefined
  for (let most = Number.MAX_SAFE_INTEGER; ;) {
    const found = store.sql.get<{ seq: number; priority: number }>(FIRST_AT_MOST, keyText(key), lane, most)
    if (found === undefined) return best
    const row = store.rows.get(found.seq)
    if (row !== undefined && (best === undefined || goesBefore(store, row, best))) best = row
    if (store.host.rules.ageing === undefined) return best
    most = found.priority - 1
  }
}

/** Whose turn it is among tasks that could all be claimed. */
export function goesBefore(store: Store, a: Row, b: Row): boolean {
  if (a.priority === b.priority) return a.seq < b.seq
  const { ageing } = store.host.rules
  if (ageing === undefined) return a.priority > b.priority
  const ahead = b.created - a.created + (a.priority - b.priority) * ageing
  return ahead === 0 ? a.seq < b.seq : ahead > 0
}

function laneOf({ op, tags }: Row): string {
  return tags.length === 0 ? String(op.number) : `${op.number}${JSON.stringify(tagSet(tags))}`
}
