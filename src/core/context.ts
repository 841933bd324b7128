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

/** Calls a function in the async context in which {@link contextOfNow} was called. */
export type InContext = <T>(call: () => T) => T

/**
 * The async context of now, to go back to. A manager does its own work in the context that it was made in: otherwise
 * one run's context (and the host's request behind it) would stick to whatever that run happened to set off.
 */
export function contextOfNow(): InContext {
  return AsyncLocalStorage.snapshot()
}
