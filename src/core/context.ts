import { AsyncLocalStorage } from 'node:async_hooks'
import type { TaskOps } from './animator.ts'

const storage = new AsyncLocalStorage<TaskOps>()

/**
 * The ops of the run that this code was called from, however deep and across awaits; undefined outside a run.
 * Libraries use it to tag what they do with the task, without anything being passed along.
 */
export function currentTask(): TaskOps | undefined {
  return storage.getStore()
}

/** Calls `run` so that {@link currentTask} answers `ops` in it and in all that it starts. */
export function insideTask<T>(ops: TaskOps, run: (ops: TaskOps) => T): T {
  return storage.run(ops, run, ops)
}
