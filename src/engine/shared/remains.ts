import type { TaskFields } from '../../core/task.ts'

/**
 * What of a task is remembered for its Idempotency-Key when it is gone: a day of promises must not keep all arguments and
 * results of a day.
 */
export function remainsOf(task: TaskFields): TaskFields {
  return {
    id: task.id,
    operation: task.operation,
    args: Object.freeze({}),
    state: task.state,
    reason: task.reason,
    attempt: task.attempt,
    version: task.version,
    priority: task.priority,
    tags: task.tags,
    cancelRequested: task.cancelRequested,
    createdBy: task.createdBy,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
    modifiedAt: task.modifiedAt,
  }
}
