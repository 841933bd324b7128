import type { JsonSchema } from '../core/animator.ts'
import type { OperationInfo } from '../core/manager.ts'
import { TASK_STATES, type TaskState } from '../core/states.ts'
import type { OperationState, WorkerState } from '../engine/contract.ts'
import type { Registry } from './registry.ts'

const NONE = Object.freeze(Object.fromEntries(TASK_STATES.map((state) => [state, 0]))) as Readonly<
  Record<TaskState, number>
>

/** What is registered here or described by others, put together with what the engine knows of it. */
export function operationInfo(
  registry: Registry,
  states: readonly OperationState[],
  workers: readonly WorkerState[],
): OperationInfo[] {
  const known = new Map(states.map((state) => [state.name, state]))
  const elsewhere = states.flatMap(({ name, described }) =>
    described === undefined || registry.get(name) !== undefined ? [] : [described],
  )
  return [...registry.all(), ...elsewhere].map((operation) => {
    const { name, summary, description, schema } = operation
    const here = 'concurrency' in operation && Number.isFinite(operation.concurrency)
    const total =
      known.get(name)?.concurrency ?? ('concurrency' in operation ? operation.totalConcurrency : undefined)
    return {
      name,
      ...(summary === undefined ? {} : { summary }),
      ...(description === undefined ? {} : { description }),
      ...(schema === undefined ? {} : { args: schema as JsonSchema }),
      ...(total === undefined ? {} : { concurrency: total }),
      ...(here ? { concurrencyHere: operation.concurrency } : {}),
      paused: known.get(name)?.paused ?? false,
      counts: known.get(name)?.counts ?? NONE,
      workers: workers.filter(({ mode, operations }) => mode === 'running' && operations.includes(name))
        .length,
    }
  })
}
