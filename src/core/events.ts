import type { Task } from './task.ts'

export type TaskEventType = 'created' | 'updated' | 'deleted'

/** One change of one task. Events of a manager come in the order of the changes. */
export interface TaskEvent {
  readonly type: TaskEventType
  /** The task as the change left it; as it last was, for `deleted`. */
  readonly task: Task
  /** Its place among the events of an engine that several processes share, the same for all of them; a text without `\n`. */
  readonly position?: string
}

/** What a listener gets: all that changed in one step of the engine, oldest first. */
export type TaskListener = (events: readonly TaskEvent[]) => void
