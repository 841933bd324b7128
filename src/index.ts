import type { ManagerOptions } from './manager/options.ts'
import { memory } from './engine/memory/index.ts'
import { TemporaryStore } from './files/temporary.ts'
import { Manager as ManagerOfAnyEngine } from './manager/manager.ts'

/** A manager that keeps its tasks in memory unless it is given another engine. */
export class Manager extends ManagerOfAnyEngine {
  /** @throws {MajordomoError} `invalid-option` naming the field */
  constructor(options: ManagerOptions = {}) {
    const engine = options.engine ?? memory()
    const outlives = engine.traits?.durable ?? true
    const files = options.files ?? (outlives ? undefined : new TemporaryStore())
    super({ ...options, engine, ...(files && { files }) })
  }
}

export { memory, type MemoryOptions } from './engine/memory/index.ts'
export type { ManagerOptions } from './manager/options.ts'
export type { Engine } from './engine/contract.ts'
export { Canceled, LeaseLost, RunAborted, ShutDown, Superseded, TimedOut } from './core/aborts.ts'
export type * from './core/animator.ts'
export type { Clock } from './core/clock.ts'
export { currentTask } from './core/context.ts'
export type { Duration } from './core/duration.ts'
export {
  DoNotRetryError,
  ERROR_CODES,
  FailedWithResult,
  InvalidArguments,
  MajordomoError,
  type ErrorCode,
  type Fault,
} from './core/errors.ts'
export type * from './core/events.ts'
export type { Json } from './core/json.ts'
export type { Logger, LogLevel } from './core/logger.ts'
export type * from './core/files.ts'
export type * from './core/manager.ts'
export type { OutputDraft, OutputEntry, OutputPage, OutputQuery, OutputStream } from './core/output.ts'
export type { TaskFilter, TaskPage, TaskQuery, TaskSort, Visibility } from './core/query.ts'
export type { Report } from './core/report.ts'
export type { RetryOptions } from './core/retry.ts'
export { TASK_STATES, isEnded, type EndState, type TaskState } from './core/states.ts'
export type { Message, Progress, Reason, ReasonCode, Task, TaskError, WaitingFor } from './core/task.ts'
