import type { Animator, JsonSchema } from './animator.ts'
import type { Duration } from './duration.ts'
import type { MajordomoError } from './errors.ts'
import type { TaskListener } from './events.ts'
import type { Logger } from './logger.ts'
import type { OutputEntry, OutputPage, OutputQuery, OutputStream } from './output.ts'
import type { TaskPage, TaskQuery, TaskFilter } from './query.ts'
import type { RetryOptions } from './retry.ts'
import type { EndState, TaskState } from './states.ts'
import type { Task } from './task.ts'

/** Who asks: a name, or whatever the host knows of somebody, with an id that stays the same. */
export type Subject = string | { readonly id: string }

export function subjectId(subject: Subject | undefined): string | undefined {
  return typeof subject === 'object' ? subject.id : subject
}

/** What the task has to wait for before it may start. */
export interface Dependency {
  readonly id: string
  /** `success` (default): the other task must have SUCCEEDED or been SKIPPED; `end`: any end will do. */
  readonly on?: 'success' | 'end'
}

export interface CreateOptions {
  /** Higher goes first, -1000 to 1000; 0 by default. */
  readonly priority?: number
  readonly tags?: readonly string[]
  /** Not to be started before this time: a Date, epoch milliseconds or an RFC 3339 text. */
  readonly notBefore?: Date | number | string
  /** Not to be started before this long has passed. */
  readonly delay?: Duration
  /** Other tasks that have to end first. @throws `unknown-reference` for an id that does not exist */
  readonly after?: readonly (string | Dependency)[]
  /** `false`: wait until somebody sets the task ACTIVE. True by default. */
  readonly autoStart?: boolean
  /** How long it may wait in the queue before it FAILS as `expired`; without end by default. */
  readonly ttl?: Duration
  /** These three go before what the animator says. */
  readonly timeout?: Duration
  readonly retry?: RetryOptions
  readonly retain?: Duration
  /** At most one unfinished task per operation and key: the task that is there is answered, with `duplicate: true`. */
  readonly dedupKey?: string
  /** At most one task with this key runs at once. */
  readonly concurrencyKey?: string
  /** Remembered 24 h per subject and operation: the same key with the same creation answers the first task. */
  readonly idempotencyKey?: string
  readonly parentId?: string
  /** Unique among the children of `parentId`: a second creation answers the first child. */
  readonly name?: string
  /** The most entries that the task may write to its `items` output; 100,000 by default. */
  readonly maxItems?: number
  /** On whose behalf: kept as `createdBy`, and told to the animator's `validate`. */
  readonly subject?: Subject
}

export interface CreateResult {
  readonly task: Task
  /** True when the task was there already (dedupKey, idempotencyKey, or a child's name). */
  readonly duplicate: boolean
}

/** One answer of `createMany`: the task, or why that one was refused. */
export type CreateOutcome = CreateResult | { readonly error: MajordomoError }

export interface NewTask {
  readonly operation: string
  readonly args?: unknown
  readonly options?: CreateOptions
}

/** Who does something to a task. */
export interface Actor {
  readonly subject?: Subject
}

/** Who does something to a task, and why. */
export interface Order extends Actor {
  /** 1 to 500 characters. */
  readonly reason?: string
}

/** A change of a task from outside. */
export interface TaskPatch {
  /**
   * `ACTIVE` starts a task that waits to be started, and resumes one that waits for action; an ended state ends the
   * task, and a run of it is superseded.
   */
  readonly state?: 'ACTIVE' | EndState
  /** For an ended state: why. */
  readonly message?: string
  /** For an ended state. */
  readonly result?: unknown
  readonly priority?: number
}

export interface UpdateOptions extends Actor {
  /** Refuse with `version-mismatch` unless the task is at this version. */
  readonly ifVersion?: number
}

export interface OperationInfo {
  readonly name: string
  readonly summary?: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly args?: JsonSchema
  readonly paused: boolean
  /** The most runs at once here; absent where only the manager's limit counts. */
  readonly concurrency?: number
  /** How many tasks are kept, by state. */
  readonly counts: Readonly<Record<TaskState, number>>
}

export interface SubscribeOptions {
  /** Only events of these operations. */
  readonly operations?: readonly string[]
  /** Called when the manager has closed, and nothing more will come. */
  readonly onClose?: () => void
}

export interface WaitOptions {
  /** Gives up waiting when it aborts; the task goes on. */
  readonly signal?: AbortSignal
  /** Answers the task as it is after this long; without end by default. */
  readonly timeout?: Duration
}

export interface FollowOptions {
  readonly stream: OutputStream
  readonly after?: number
  readonly tail?: number
  readonly signal?: AbortSignal
}

export interface CloseOptions {
  /** How long runs may go on by themselves before they are aborted; `'10s'` by default. */
  readonly grace?: Duration
}

export interface ManagerStatus {
  readonly state: 'idle' | 'opening' | 'open' | 'closing' | 'closed'
  /** Runs that go on now. */
  readonly running: number
  /** Runs that ignored their abort and go on although their task has ended. */
  readonly abandoned: number
}

/** What the REST layer and the built-in animators are handed: the whole public face of a manager. */
export interface TaskManager {
  /** Where it tells what went wrong; never throws. */
  readonly logger: Logger
  register<Schema, Result>(operation: string, animator: Animator<Schema, Result>): this
  open(): Promise<void>
  create(operation: string, args?: unknown, options?: CreateOptions): Promise<CreateResult>
  createMany(tasks: readonly NewTask[]): Promise<CreateOutcome[]>
  get(id: string): Promise<Task>
  list(query?: TaskQuery): Promise<TaskPage>
  count(filter?: TaskFilter): Promise<number>
  cancel(id: string, order?: string | Order): Promise<Task>
  update(id: string, patch: TaskPatch, options?: UpdateOptions): Promise<Task>
  rerun(id: string, options?: Actor): Promise<CreateResult>
  delete(id: string, options?: { readonly force?: boolean } & Order): Promise<void>
  output(id: string, query: OutputQuery): Promise<OutputPage>
  follow(id: string, options: FollowOptions): AsyncIterableIterator<OutputEntry>
  subscribe(listener: TaskListener, options?: SubscribeOptions): () => void
  waitFor(id: string, options?: WaitOptions): Promise<Task>
  operations(): Promise<OperationInfo[]>
  pause(operation: string): Promise<void>
  resume(operation: string): Promise<void>
  status(): ManagerStatus
  close(options?: CloseOptions): Promise<void>
}
