import { MajordomoError } from '../core/errors.ts'
import type { TaskPatch } from '../core/manager.ts'
import type { Task } from '../core/task.ts'

/** What users are told of tasks that are not there, or not in the state for what they ask. */

/** The value; refuses a task that is not there. */
export function found<T>(id: string, value: T | undefined): T {
  if (value === undefined) throw notFound(id)
  return value
}

export function unfinished(id: string): MajordomoError {
  return new MajordomoError('task-unfinished', `task ${id} has not ended, or has children that have not`)
}

export function notFound(id: string): MajordomoError {
  return new MajordomoError('task-not-found', `there is no task ${id}`)
}

/** Why an engine did not make a change from outside. */
export function refusal(
  id: string,
  code: 'task-not-found' | 'task-ended' | 'wrong-state' | 'version-mismatch',
  task: Task | undefined,
  patch: TaskPatch,
): MajordomoError {
  const text = {
    'task-not-found': `there is no task ${id}`,
    'task-ended': `task ${id} has ended: ${task?.state}`,
    'wrong-state': `task ${id} is ${task?.state}${task?.waitingFor === undefined ? '' : ` (waiting for ${task.waitingFor})`} and cannot become ${patch.state}`,
    'version-mismatch': `task ${id} is at version ${task?.version}`,
  }
  return new MajordomoError(code, text[code])
}
