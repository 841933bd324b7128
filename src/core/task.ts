import type { Json } from './json.ts'
import { isEnded, type TaskState } from './states.ts'

/** Why a task is in its state: a code for programs, a sentence for people, and who did it where somebody did. */
export interface Reason {
  readonly code: ReasonCode
  readonly message: string
  readonly by?: string
}

export type ReasonCode =
  | 'returned'
  | 'set-by-run'
  | 'error'
  | 'timeout'
  | 'canceled'
  | 'abandoned'
  | 'shutdown'
  | 'interrupted'
  | 'expired'
  | 'dependency'
  | 'set-from-outside'

/** What a run threw, as plain data. */
export interface TaskError {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
}

/** How far a run is. `done` and `total` are in whatever unit the animator counts; `time` is epoch milliseconds. */
export interface Progress {
  readonly percent?: number
  readonly done?: number
  readonly total?: number
  readonly message?: string
  readonly time: number
}

/** A timestamped line of a task's life. */
export interface Message {
  /** Epoch milliseconds. */
  readonly time: number
  readonly text: string
}

/** Why an unfinished task does not move. */
export type WaitingFor =
  'start' | 'time' | 'dependency' | 'worker' | 'key' | 'slot' | 'action' | 'resource' | 'children'

/** One piece of work, as it was at one version: a frozen snapshot. All times are epoch milliseconds. */
export interface Task<Args = Json, Result = Json> {
  readonly id: string
  readonly operation: string
  readonly args: Args
  readonly state: TaskState
  /** Why it ended, or why its last try did not end it. */
  readonly reason?: Reason | undefined
  /** How often it was tried; 0 before the first run. */
  readonly attempt: number
  /** Starts at 1 and grows with each change. */
  readonly version: number
  /** Higher goes first; 0 by default. */
  readonly priority: number
  readonly tags: readonly string[]
  readonly parentId?: string | undefined
  /** Unique among the children of one parent. */
  readonly name?: string | undefined
  readonly rerunOf?: string | undefined
  /** The name of the schedule that made it. */
  readonly schedule?: string | undefined
  /** The id of the subject that created it, where there was one. */
  readonly createdBy?: string | undefined
  readonly cancelRequested: boolean
  readonly progress?: Progress | undefined
  readonly result?: Result | undefined
  readonly error?: TaskError | undefined
  readonly waitingFor?: WaitingFor | undefined
  readonly notBefore?: number | undefined
  readonly createdAt: number
  /** When its last run began. */
  readonly startedAt?: number | undefined
  readonly endedAt?: number | undefined
  readonly modifiedAt: number
  /** What happened to it, oldest first; at most {@link MOST_MESSAGES}. */
  readonly messages: readonly Message[]
  /** JSON Pointers of arguments that are redacted wherever the task is shown. */
  readonly secrets?: readonly string[] | undefined
}

/** A task keeps its first message and its newest; those between are dropped beyond this many. */
export const MOST_MESSAGES = 50

/** The fields of a snapshot, as an engine hands them over. `history` is absent while the messages follow from the times. */
export interface TaskFields extends Omit<Task, 'messages'> {
  readonly history?: readonly Message[] | undefined
}

/** How one change of a task reads among its messages. */
export const messageText = {
  created: (by?: string): string => (by === undefined ? 'created' : `created by ${by}`),
  started: (attempt: number): string => (attempt === 1 ? 'ACTIVE' : `ACTIVE, attempt ${attempt}`),
  changed: (state: TaskState, reason?: Reason): string =>
    reason === undefined ? state : `${state}: ${messageText.why(reason)}`,
  why: ({ message, by }: Reason): string => (by === undefined ? message : `${message} by ${by}`),
}

/**
 * The messages of a task that went the plain way (created, run once, ended), which follow from its times. An engine
 * keeps no list for such a task, and starts one from this when something else happens.
 */
export function plainMessages(task: Omit<TaskFields, 'history'>): Message[] {
  const messages = [{ time: task.createdAt, text: messageText.created(task.createdBy) }]
  if (task.startedAt !== undefined)
    messages.push({ time: task.startedAt, text: messageText.started(task.attempt) })
  if (isEnded(task.state))
    messages.push({
      time: task.endedAt ?? task.modifiedAt,
      text: messageText.changed(task.state, task.reason),
    })
  return messages
}
