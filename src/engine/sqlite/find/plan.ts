import { COUNT_LIMIT } from '../../../core/query.ts'
import type { TaskState } from '../../../core/states.ts'
import type { Operation } from '../operations.ts'
import { keyText } from '../sql.ts'
import { isEndStage, stateOf } from '../stage.ts'
import type { Store } from '../store.ts'
import { createdBetween, endedWithin } from './created.ts'
import { fits, type Conditions } from './conditions.ts'
import { END, IndexStream, ListStream, START, type Stream } from './streams.ts'

export type Field = 'createdAt' | 'endedAt'

/** A stream that leads to some of what may fit, and what else has to hold of each that it finds. */
export interface Source {
  readonly stream: Stream
  readonly rest: Conditions | undefined
}

/** How a list is found. */
export interface Plan {
  /** Together they have all that fits, and none has what another has. */
  readonly sources: readonly Source[]
  /** How many fit, if that is known without looking; and whether it is known that very many do. */
  readonly size: number | undefined
  readonly isLarge: boolean
  /** Where the streams have to be begun and left, inclusive. */
  readonly least: number
  readonly most: number
}

/** More than so many need not be counted, neither to choose the leader nor for a total. */
const MANY = COUNT_LIMIT + 1

/**
 * Whatever narrows the list most leads, and the rest is looked at task by task. Of tasks that are held the file does not
 * know the state; where that matters they are left out of what the file finds, and added as memory knows them.
 */
export function planOf(store: Store, field: Field, conditions: Conditions): Plan {
  const bounds = field === 'createdAt' ? createdBetween(store, conditions) : { least: START, most: END }
  const held =
    field === 'createdAt' && conditions.states !== undefined
      ? new Set(store.holds.rows().map(({ seq }) => seq))
      : undefined
  const asked = { store, field, held }
  const leader = leaderOf(asked, withoutBounds(conditions, field))
  const sources = [...leader.sources]
  if (held !== undefined && held.size > 0) {
    const rows = store.holds.rows().filter((row) => fits(row, conditions))
    const places = rows.map(({ seq }) => ({ at: seq, seq })).sort((a, b) => a.at - b.at)
    sources.push({ stream: new ListStream(places), rest: undefined })
  }
  const narrowed = bounds.least > START || bounds.most < END
  const all = !narrowed && leader.sources.every(({ rest }) => rest === undefined)
  return {
    sources,
    size: leader.known && !narrowed ? leader.size : undefined,
    isLarge: all && leader.size >= MANY,
    ...bounds,
  }
}

/** In the order of creation, a stretch of time is a stretch of the list. */
function withoutBounds(conditions: Conditions, field: Field): Conditions {
  return field === 'createdAt'
    ? { ...conditions, createdSince: undefined, createdUntil: undefined }
    : conditions
}

interface Asked {
  readonly store: Store
  readonly field: Field
  readonly held: ReadonlySet<number> | undefined
}

interface Leader {
  readonly sources: readonly Source[]
  /** How many they lead to; `known` if that is exact, held tasks included, and all of them fit. */
  readonly size: number
  readonly known: boolean
}

function leaderOf(asked: Asked, conditions: Conditions): Leader {
  const { tags, parentId, owner, visible } = conditions
  const leaders = [byStage(asked, conditions)]
  for (const tag of tags) leaders.push(byTag(asked, conditions, tag))
  if (parentId !== undefined)
    leaders.push(byExtra(asked, 'parent', parentId, { ...conditions, parentId: undefined }))
  if (owner !== undefined)
    leaders.push(byExtra(asked, 'owner', keyText(owner), { ...conditions, owner: undefined }))
  if (visible !== undefined) leaders.push(byVisibility(asked, conditions, visible))
  const ended = asked.field === 'endedAt' ? endedWithin(asked.store, conditions) : undefined
  if (ended !== undefined) leaders.push(ended)
  return leaders.reduce((least, one) => (one.size < least.size ? one : least))
}

/** By operation and state, of which the counts are known; everything, if neither matters. */
function byStage(asked: Asked, conditions: Conditions): Leader {
  const { store, field, held } = asked
  const { operations, states } = conditions
  const rest = something({ ...conditions, operations: undefined, states: undefined })
  if (field === 'createdAt' && operations === undefined && states === undefined) {
    const size = store.operations.all().reduce((sum, op) => sum + op.size, 0)
    const all = new IndexStream(store.sql, 'tasks WHERE 1', 'seq', [])
    return { sources: [{ stream: all, rest }], size, known: rest === undefined }
  }
  const sources: Source[] = []
  let size = 0
  for (const op of operations ?? store.operations.all()) {
    for (const stage of op.stages) {
      if (!isWanted(stage, states, field) || op.count(stage) === 0) continue
      size += op.count(stage)
      const index = field === 'createdAt' ? 'task_stages' : 'task_ends'
      const at = field === 'createdAt' ? 'seq' : 'end_seq'
      const text = `tasks INDEXED BY ${index} WHERE op = ? AND stage = ?`
      // Nothing that is held has ended.
      const without = isEndStage(stage) ? undefined : (held ?? heldSeqs(store))
      sources.push({ stream: new IndexStream(store.sql, text, at, [op.number, stage], without), rest })
    }
  }
  if (field === 'createdAt' && states === undefined) sources.push(...heldOf(store, operations, rest))
  return { sources, size, known: rest === undefined }
}

function heldSeqs(store: Store): ReadonlySet<number> {
  return new Set(store.holds.rows().map(({ seq }) => seq))
}

/** Where the state does not matter, and the stages are only a way to the operations. */
function heldOf(
  store: Store,
  operations: ReadonlySet<Operation> | undefined,
  rest: Conditions | undefined,
): Source[] {
  const rows = store.holds.rows().filter((row) => operations?.has(row.op) ?? true)
  const places = rows
    .filter((row) => rest === undefined || fits(row, rest))
    .map(({ seq }) => ({ at: seq, seq }))
  places.sort((a, b) => a.at - b.at)
  return places.length === 0 ? [] : [{ stream: new ListStream(places), rest: undefined }]
}

function isWanted(stage: number, states: ReadonlySet<TaskState> | undefined, field: Field): boolean {
  return (states?.has(stateOf(stage)) ?? true) && (field === 'createdAt' || isEndStage(stage))
}

function byTag(asked: Asked, conditions: Conditions, tag: string): Leader {
  const { store, field, held } = asked
  const rest = { ...conditions, tags: conditions.tags.filter((other) => other !== tag) }
  const [table, at] = field === 'createdAt' ? (['tags', 'seq'] as const) : (['tag_ends', 'end_seq'] as const)
  return led(asked, new IndexStream(store.sql, `${table} WHERE tag = ?`, at, [keyText(tag)], held), rest)
}

function byExtra(asked: Asked, key: 'owner' | 'parent', value: string, rest: Conditions): Leader {
  return led(asked, extrasStream(asked, key, value), rest)
}

function extrasStream({ store, field, held }: Asked, key: 'owner' | 'parent', value: string): IndexStream {
  const [index, at] =
    field === 'createdAt' ? ([`extra_${key}s`, 'seq'] as const) : ([`extra_${key}_ends`, 'end_seq'] as const)
  return new IndexStream(store.sql, `extras INDEXED BY ${index} WHERE ${key} = ?`, at, [value], held)
}

/** The operations of which all may be seen, beside one's own of others. */
function byVisibility(
  asked: Asked,
  conditions: Conditions,
  { all, own, owner }: NonNullable<Conditions['visible']>,
): Leader {
  const others = { ...conditions, visible: undefined }
  const theirs = byStage(asked, { ...others, operations: all })
  const mine = byExtra(asked, 'owner', keyText(owner), { ...others, operations: own })
  return { sources: [...theirs.sources, ...mine.sources], size: theirs.size + mine.size, known: false }
}

function led({ store, field }: Asked, stream: IndexStream, conditions: Conditions): Leader {
  const { states } = conditions
  // What an index of ends finds has ended, so a condition on the state may be none.
  const anyEnd = field === 'endedAt' && states !== undefined && END_STATES.every((state) => states.has(state))
  const rest = something(anyEnd ? { ...conditions, states: undefined } : conditions)
  const size = store.sizes.of(stream, MANY)
  return { sources: [{ stream, rest }], size, known: rest === undefined && size < MANY }
}

const END_STATES = ['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const

/** Undefined where there is no condition left. */
export function something(conditions: Conditions): Conditions | undefined {
  const { tags, ...others } = conditions
  return tags.length === 0 && Object.values(others).every((value) => value === undefined)
    ? undefined
    : conditions
}
