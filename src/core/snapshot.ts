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
  readonly parentId: string | undefined
  readonly name: string | undefined
  readonly rerunOf: string | undefined
  readonly createdBy: string | undefined
  readonly cancelRequested: boolean
  readonly progress: Progress | undefined
  readonly result: Json | undefined
  readonly error: TaskError | undefined
  readonly waitingFor: WaitingFor | undefined
  readonly notBefore: number | undefined
  readonly createdAt: number
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly modifiedAt: number
  readonly secrets: readonly string[] | undefined
  readonly [HISTORY]: readonly Message[] | undefined

  constructor(from: TaskFields, args: Json) {
    this.id = from.id
    this.operation = from.operation
    this.args = args
    this.state = from.state
    this.reason = from.reason
    this.attempt = from.attempt
    this.version = from.version
    this.priority = from.priority
    this.tags = from.tags
    this.parentId = from.parentId
    this.name = from.name
    this.rerunOf = from.rerunOf
    this.createdBy = from.createdBy
    this.cancelRequested = from.cancelRequested
    this.progress = from.progress
    this.result = from.result
    this.error = from.error
    this.waitingFor = from.waitingFor
    this.notBefore = from.notBefore
    this.createdAt = from.createdAt
    this.startedAt = from.startedAt
    this.endedAt = from.endedAt
    this.modifiedAt = from.modifiedAt
    this.secrets = from.secrets
    this[HISTORY] = from.history
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

/** A frozen snapshot of the task that the fields describe. */
export function snapshot(fields: TaskFields): Task {
  return new TaskSnapshot(fields, fields.args)
}

/** The task as it may be shown: without the arguments that its operation's schema marks `writeOnly`. */
export function showable(task: Task): Task {
  if (task.secrets === undefined || task.secrets.length === 0) return task
  return new TaskSnapshot({ ...task, history: task.messages }, redacted(task.args, task.secrets))
}
