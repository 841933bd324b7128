import type { Json } from '../../core/json.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { TaskState } from '../../core/states.ts'
import type { Message, Progress, Reason, Task, TaskError, WaitingFor } from '../../core/task.ts'
import type { RunLimits } from '../contract.ts'
import type { View } from './replies.ts'

/** What scripts know of a task: the fields `f` and `r` of its record. Times are epoch milliseconds, most of them as texts. */
export interface Row {
  readonly id: string
  readonly operation: string
  readonly state: TaskState
  readonly gate?: 'start' | 'time' | 'dependency' | 'key'
  readonly version: number
  readonly attempt: number
  readonly priority: number
  /** ms */
  readonly retain: number
  readonly created: string
  readonly modified: string
  readonly started?: string
  readonly ended?: string
  readonly notBefore?: number
  readonly waitingFor?: WaitingFor
  readonly cancel?: object
  /** When progress was told last. */
  readonly progressed?: number
  readonly tags?: readonly string[]
  readonly createdBy?: string
  readonly parentId?: string
  readonly name?: string
  readonly rerunOf?: string
  readonly dedup?: string
  readonly key?: string
  readonly maxItems?: number
  /** Arguments or result are large, and not among what events carry. */
  readonly big?: true
  readonly bigResult?: true
}

/** What never changes, and what no script looks into: field `d`. */
export interface Matter {
  readonly args: Json
  readonly limits?: RunLimits | undefined
  readonly secrets?: readonly string[] | undefined
  readonly schedule?: string | undefined
}

const NO_TAGS: readonly string[] = Object.freeze([])
const NO_MATTER: Matter = Object.freeze({ args: Object.freeze({}) })

/** JSON that nobody can change any more. */
export function parsed(text: string): unknown {
  return frozen(JSON.parse(text) as unknown)
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const key in value) frozen(value[key])
  return Object.freeze(value)
}

/** The fields of a record as texts, and the row read. */
export interface Kept {
  readonly row: Row
  readonly texts: readonly string[]
}

export function kept(view: View): Kept {
  return keptFrom(view.split('\n'))
}

export function keptFrom(texts: readonly string[]): Kept {
  const [changing = '', fixed = ''] = texts
  // As one object, in which what changes goes before.
  const row = JSON.parse(`${fixed.slice(0, -1)},${changing.slice(1)}`) as Row
  // The only part of it that snapshots hand out.
  Object.freeze(row.tags)
  return { row, texts }
}

/** What the record has of what never changes: nothing, where that is too large for events. */
export function matterIn({ texts }: Kept): Matter | undefined {
  return optional(texts[2]) as Matter | undefined
}

function optional(text: string | undefined): unknown {
  return text === undefined || text === '' ? undefined : parsed(text)
}

/** The task as the record shows it; why it does not move is told by whoever knows the workers. */
export function taskOf(
  { row, texts }: Kept,
  matter: Matter | undefined,
  waitingFor: WaitingFor | undefined,
): Task {
  const { secrets, schedule, args } = matter ?? NO_MATTER
  const [, , , reason, result, error, progress, history] = texts
  return snapshot({
    id: row.id,
    operation: row.operation,
    args,
    state: row.state,
    reason: optional(reason) as Reason | undefined,
    attempt: row.attempt,
    version: row.version,
    priority: row.priority,
    tags: row.tags ?? NO_TAGS,
    parentId: row.parentId,
    name: row.name,
    rerunOf: row.rerunOf,
    schedule,
    createdBy: row.createdBy,
    cancelRequested: row.cancel !== undefined,
    progress: progressOf(row, progress),
    result: optional(result) as Json | undefined,
    error: optional(error) as TaskError | undefined,
    waitingFor,
    notBefore: row.notBefore,
    createdAt: Number(row.created),
    startedAt: time(row.started),
    endedAt: time(row.ended),
    modifiedAt: Number(row.modified),
    secrets,
    history: optional(history) as readonly Message[] | undefined,
  })
}

function time(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function progressOf({ progressed }: Row, text: string | undefined): Progress | undefined {
  const progress = optional(text) as Omit<Progress, 'time'> | undefined
  return progress === undefined || progressed === undefined
    ? undefined
    : Object.freeze({ ...progress, time: progressed })
}
