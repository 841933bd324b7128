import type { TaskFilter } from '../../../core/query.ts'
import type { TaskState } from '../../../core/states.ts'
import type { Value } from '../driver.ts'
import type { Operation } from '../operations.ts'
import type { Row } from '../row.ts'
import { keyText } from '../sql.ts'
import { stateOf } from '../stage.ts'
import type { Store } from '../store.ts'

/** What a task has to be; undefined is no condition. */
export interface Conditions {
  readonly operations?: ReadonlySet<Operation> | undefined
  readonly states?: ReadonlySet<TaskState> | undefined
  readonly tags: readonly string[]
  readonly parentId?: string | undefined
  readonly owner?: string | undefined
  readonly createdSince?: number | undefined
  readonly createdUntil?: number | undefined
  readonly visible?: Visible | undefined
}

/** Any task of the operations in `all`, and those of `owner` in `own`, which has none of `all`. */
export interface Visible {
  readonly all: ReadonlySet<Operation>
  readonly own: ReadonlySet<Operation>
  readonly owner: string
}

/** The filter with operations looked up; undefined where nothing can fit. */
export function conditionsOf(store: Store, filter: TaskFilter): Conditions | undefined {
  const { tag = [], parentId, createdSince, createdUntil } = filter
  const conditions: Conditions = {
    operations: filter.operation === undefined ? undefined : named(store, filter.operation),
    states: filter.state === undefined ? undefined : new Set(filter.state),
    tags: [...new Set(tag)],
    parentId,
    createdSince,
    createdUntil,
  }
  const seen = seenBy(store, conditions, filter.visible)
  return seen.operations?.size === 0 || seen.states?.size === 0 ? undefined : seen
}

/** Most of what somebody may see is a condition on operations, or on the owner; only a mixture is one of its own. */
function seenBy(store: Store, conditions: Conditions, visibility: TaskFilter['visible']): Conditions {
  if (visibility === undefined) return conditions
  const wanted = [...(conditions.operations ?? store.operations.all())]
  const { owner } = visibility
  const seesAll = named(store, visibility.all)
  const seesOwn = owner === undefined ? new Set<Operation>() : named(store, visibility.own)
  const all = new Set(wanted.filter((op) => seesAll.has(op)))
  const own = new Set(wanted.filter((op) => seesOwn.has(op) && !seesAll.has(op)))
  if (all.size === wanted.length && all.size > 0) return conditions
  if (own.size === 0 || owner === undefined) return { ...conditions, operations: all }
  if (all.size > 0) return { ...conditions, operations: undefined, visible: { all, own, owner } }
  // Whoever sees his own of everything needs no condition on the operation.
  const operations = own.size === store.operations.all().length ? undefined : own
  return { ...conditions, operations, owner }
}

function named(store: Store, names: readonly string[]): Set<Operation> {
  return new Set(names.map((name) => store.operations.get(name)).filter((op) => op !== undefined))
}

/** A condition on `tasks AS t`. */
export interface SqlCondition {
  readonly text: string
  readonly values: readonly Value[]
}

/** The conditions as SQL. States are those of the file, so it is wrong for tasks that are held. */
export function sqlOf(store: Store, conditions: Conditions): SqlCondition {
  const { operations, states, tags, parentId, owner, createdSince, createdUntil, visible } = conditions
  const parts: string[] = []
  const values: Value[] = []
  const add = (text: string, ...more: Value[]): void => {
    parts.push(text)
    values.push(...more)
  }
  const extra = (column: string): string =>
    `EXISTS (SELECT 1 FROM extras WHERE extras.seq = t.seq AND extras.${column} = ?)`
  if (operations !== undefined) add(`t.op IN (${numbers(operations)})`)
  if (states !== undefined) add(`t.stage IN (${stagesOf(store, states).join()})`)
  for (const tag of tags)
    add('EXISTS (SELECT 1 FROM tags WHERE tags.tag = ? AND tags.seq = t.seq)', keyText(tag))
  if (parentId !== undefined) add(extra('parent'), parentId)
  if (owner !== undefined) add(extra('owner'), keyText(owner))
  if (createdSince !== undefined) add('t.created >= ?', createdSince)
  if (createdUntil !== undefined) add('t.created < ?', createdUntil)
  if (visible !== undefined)
    add(
      `(t.op IN (${numbers(visible.all)}) OR t.op IN (${numbers(visible.own)}) AND ${extra('owner')})`,
      keyText(visible.owner),
    )
  return { text: parts.length === 0 ? '1' : parts.join(' AND '), values }
}

/** All stages in which there are tasks of these states. */
function stagesOf(store: Store, states: ReadonlySet<TaskState>): number[] {
  const stages = new Set(store.operations.all().flatMap((op) => [...op.stages]))
  return [...stages].filter((stage) => states.has(stateOf(stage)))
}

function numbers(operations: ReadonlySet<Operation>): string {
  return [...operations].map((op) => op.number).join()
}

/** The same for a task in memory. */
export function fits(row: Row, conditions: Conditions): boolean {
  const { operations, states, tags, parentId, owner, visible } = conditions
  const { createdSince = -Infinity, createdUntil = Infinity } = conditions
  return (
    (operations?.has(row.op) ?? true) &&
    (states?.has(row.state) ?? true) &&
    tags.every((tag) => row.tags.includes(tag)) &&
    (parentId === undefined || row.parentId === parentId) &&
    (owner === undefined || row.createdBy === owner) &&
    row.created >= createdSince &&
    row.created < createdUntil &&
    (visible === undefined ||
      visible.all.has(row.op) ||
      (visible.own.has(row.op) && row.createdBy === visible.owner))
  )
}
