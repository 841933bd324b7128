import type { OperationInfo } from '../core/manager.ts'
import { TASK_STATES, type TaskState } from '../core/states.ts'
import type { OperationState } from '../engine/contract.ts'
import type { Registry } from './registry.ts'

const NONE = Object.freeze(Object.fromEntries(TASK_STATES.map((state) => [state, 0]))) as Readonly<
  Record<TaskState, number>
>

/** What is registered, put together with what the engine knows of it. */
export function operationInfo(registry: Registry, states: readonly OperationState[]): OperationInfo[] {
  const known = new Map(states.map((state) => [state.name, state]))
  return [...registry.all()].map(({ name, summary, description, schema, concurrency }) => ({
    name,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(schema === undefined ? {} : { args: schema }),
    ...(Number.isFinite(concurrency) ? { concurrency } : {}),
    paused: known.get(name)?.paused ?? false,
    counts: known.get(name)?.counts ?? NONE,
  }))
}
