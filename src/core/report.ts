import type { ProgressUpdate } from './animator.ts'
import type { LogLevel } from './logger.ts'

/** What somebody who holds a task's token tells of it. */
export interface Report {
  readonly progress?: ProgressUpdate
  /** A line for the task's log. */
  readonly message?: string
  /** Of that line; `info` by default. */
  readonly level?: LogLevel
}
