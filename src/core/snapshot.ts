import { plainMessages, type Message, type Task, type TaskFields } from './task.ts'
import { redacted } from './redact.ts'

const HISTORY = Symbol('history')

/**
 * The task as engines hand it out: its fields, frozen, with the messages made when they are read, because most
 * snapshots are thrown away without anybody reading them.
 */
export class TaskSnapshot {
  readonly [HISTORY]: readonly Message[] | undefined

  constructor(fields: TaskFields) {
    const { history, ...rest } = fields
    this[HISTORY] = history
    Object.assign(this, rest)
    Object.freeze(this)
  }

  get messages(): readonly Message[] {
    return this[HISTORY] ?? plainMessages(this as unknown as Task)
  }

  toJSON(): object {
    return { ...this, messages: this.messages }
  }
}

/** The task as it may be shown: without the arguments that its operation's schema marks `writeOnly`. */
export function showable(task: Task): Task {
  if (task.secrets === undefined || task.secrets.length === 0) return task
  const { messages: history, ...fields } = { ...task, messages: task.messages }
  return snapshot({ ...fields, history, args: redacted(task.args, task.secrets) })
}

export function snapshot(fields: TaskFields): Task {
  return new TaskSnapshot(fields) as unknown as Task
}
