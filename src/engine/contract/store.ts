import type { TaskEvent } from '../../core/events.ts'
import type { Json } from '../../core/json.ts'
import type { OutputPage, OutputQuery } from '../../core/output.ts'
import type { TaskFilter, TaskPage, TaskQuery } from '../../core/query.ts'
import type { TaskState } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'
import type { Draft } from './drafts.ts'

export interface TaskStore {
  get(id: string): Promise<Task | undefined>
  /** What a task was created from, with arguments in clear, for running it again: without what only its own start needed. */
  recall(id: string): Promise<Draft | undefined>
  list(query: StoreQuery): Promise<TaskPage | 'invalid-cursor'>
  /** Exact, however many. */
  count(filter: TaskFilter): Promise<number>
  /** Undefined for a task that is not there. */
  readOutput(
    id: string,
    query: Required<Omit<OutputQuery, 'tail'>> & { readonly tail?: number },
  ): Promise<OutputPage | undefined>
  /** Of every operation that has tasks, was paused, limited or described. */
  operations(): Promise<OperationState[]>
  pause(operation: string, paused: boolean): Promise<void>
  /** The most runs of the operation at once, on all workers together; kept, and stronger than `caps` of a claim. Undefined: no such limit. */
  limit(operation: string, concurrency: number | undefined): Promise<void>
  /** Tells the others what this host knows of operations. Needed of shared engines only; the last word counts. */
  describe(operations: readonly OperationDescription[]): Promise<void>
  /**
   * Whether somebody here wants to be told what other processes change (`changed`, `appended`). When it has answered
   * `true`, no later change is missed. An engine of one process has nothing to do.
   */
  watch(wanted: boolean): Promise<void>
  /** The newest events before now, oldest first, with their `position`; none where the engine gives events no position. */
  recentEvents(limit: number): Promise<TaskEvent[]>
}

export interface StoreQuery extends TaskQuery {
  readonly sort: NonNullable<TaskQuery['sort']>
  readonly limit: number
}

/** What a process that has an animator tells those that have none, so that they can create tasks of it. */
export interface OperationDescription {
  readonly name: string
  readonly summary?: string | undefined
  readonly description?: string | undefined
  /** JSON Schema of the arguments. */
  readonly schema?: Json | undefined
  /** JSON Pointers of arguments that are secret. */
  readonly secrets?: readonly string[] | undefined
  /** ms */
  readonly retain?: number | undefined
  /** Its runs have working directories. */
  readonly files?: boolean | undefined
}

export interface OperationState {
  readonly name: string
  readonly paused: boolean
  /** What {@link TaskStore.limit} set. */
  readonly concurrency?: number | undefined
  readonly described?: OperationDescription | undefined
  readonly counts: Readonly<Record<TaskState, number>>
}
