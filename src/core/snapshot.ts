import type { Json } from './json.ts'
import { redacted } from './redact.ts'
import type { TaskState } from './states.ts'
import {
  plainMessages,
  type Message,
  type Progress,
  type Reason,
  type Task,
  type TaskError,
  type TaskFields,
  type WaitingFor,
} from './task.ts'

const HISTORY = Symbol('history')

/** The fields of a task; `plain` says that it has none of those that most tasks do not have. */
export interface SnapshotSource extends TaskFields {
  readonly plain?: boolean
}

/**
 * The task as engines hand it out: one fixed shape, frozen. The messages are made when they are read, because most
 * snapshots are thrown away without anybody reading them.
 */
class TaskSnapshot implements Task {
  readonly id: string
  readonly operation: string
  readonly args: Json
  readonly state: TaskState
  readonly reason: Reason | undefined
  readonly attempt: number
  readonly version: number
  readonly priority: number
  readonly tags: readonly string[]
  readonly cancelRequested: boolean
  readonly waitingFor: WaitingFor | undefined
  readonly result: Json | undefined
  readonly createdAt: number
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly modifiedAt: number
  // Most tasks have none of these, and pay nothing for them.
  declare parentId?: string | undefined
  declare name?: string | undefined
  declare rerunOf?: string | undefined
  declare schedule?: string | undefined
  declare createdBy?: string | undefined
  declare notBefore?: number | undefined
  declare progress?: Progress | undefined
  declare error?: TaskError | undefined
  declare secrets?: readonly string[] | undefined;
  declare [HISTORY]?: readonly Message[] | undefined

  constructor(from: SnapshotSource, args: Json) {
    this.id = from.id
    this.operation = from.operation
    this.args = args
    this.state = from.state
    this.reason = from.reason
    this.attempt = from.attempt
    this.version = from.version
    this.priority = from.priority
    this.tags = from.tags
    this.cancelRequested = from.cancelRequested
    this.waitingFor = from.waitingFor
    this.result = from.result
    this.createdAt = from.createdAt
    this.startedAt = from.startedAt
    this.endedAt = from.endedAt
    this.modifiedAt = from.modifiedAt
    if (from.plain !== true) addRare(this, from)
    Object.freeze(this)
  }

  get messages(): readonly Message[] {
    return this[HISTORY] ?? plainMessages(this)
  }

  /** What JSON.stringify shows, messages included. */
  toJSON(): object {
    return { ...this, messages: this.messages }
  }
}

/** Not a private method: those leave a mark on every instance, which a small task would notice. */
function addRare(task: TaskSnapshot, from: TaskFields): void {
  const { parentId, name, rerunOf, schedule, createdBy, notBefore, progress, error, secrets, history } = from
  if (parentId !== undefined) task.parentId = parentId
  if (name !== undefined) task.name = name
  if (rerunOf !== undefined) task.rerunOf = rerunOf
  if (schedule !== undefined) task.schedule = schedule
  if (createdBy !== undefined) task.createdBy = createdBy
  if (notBefore !== undefined) task.notBefore = notBefore
  if (progress !== undefined) task.progress = progress
  if (error !== undefined) task.error = error
  if (secrets !== undefined) task.secrets = secrets
  if (history !== undefined) task[HISTORY] = history
}

/** A frozen snapshot of the task that the fields describe. */
export function snapshot(fields: SnapshotSource): Task {
  return new TaskSnapshot(fields, fields.args)
}

/** The task as it may be shown: without the arguments that its operation's schema marks `writeOnly`. */
export function showable(task: Task): Task {
  if (task.secrets === undefined || task.secrets.length === 0) return task
  return new TaskSnapshot({ ...task, history: task.messages }, redacted(task.args, task.secrets))
}
