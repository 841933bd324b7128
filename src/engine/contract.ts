import type { Clock } from '../core/clock.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Logger } from '../core/logger.ts'
import type { Dependency } from '../core/manager.ts'
import type { OutputDraft, OutputPage, OutputQuery, OutputStream } from '../core/output.ts'
import type { TaskFilter, TaskPage, TaskQuery } from '../core/query.ts'
import type { RetryPolicy } from '../core/retry.ts'
import type { EndState, TaskState } from '../core/states.ts'
import type { TaskEvent } from '../core/events.ts'
import type { Progress, Reason, Task, TaskError, WaitingFor } from '../core/task.ts'

/**
 * What the manager asks of an engine. The manager decides, the engine remembers: retry times, rights and limits are
 * computed above and cross as plain data; an engine compares times and states and nothing else.
 *
 * - Calls take batches. Each item stands for itself: one that is refused spoils no other.
 * - Every write of a run carries its lease. A lease that is no longer the task's is answered by `undefined`, and
 *   changes nothing.
 * - Delays cross as durations in milliseconds; the engine owns 'now'.
 * - A call that throws means 'outcome unknown': the manager repeats insert, amend and settle with the same ids,
 *   leases and sequence numbers, and is answered what was stored the first time.
 */
export interface Engine extends TaskQueue, TaskStore {
  readonly name: string
  readonly traits: EngineTraits
  open(host: EngineHost): Promise<void>
  close(): Promise<void>
}

export interface EngineTraits {
  /** Outlives the process. */
  readonly durable: boolean
  /** Serves several processes. */
  readonly shared: boolean
}

/** What an engine may ask of the manager that opened it. None of these throw, and all may be called inside a call. */
export interface EngineHost {
  readonly clock: Clock
  readonly logger: Logger
  /** Whether anybody wants `changed`; an engine may skip building events otherwise. */
  listening(): boolean
  /** Tells what changed, in order, after each step. */
  changed(events: readonly TaskEvent[]): void
  /** There may be something to claim. */
  ready(): void
  /** These runs should stop, or go on. */
  signal(orders: readonly RunOrder[]): void
  /** A stream of a task has grown. */
  appended(id: string, stream: OutputStream): void
  /** `sweep` is wanted within so many milliseconds. */
  due(inMs: number): void
  /** Whether unfinished tasks exist that would be lost with the process. */
  unfinished(any: boolean): void
}

/** A word to a run from outside. */
export interface RunOrder {
  readonly id: string
  readonly lease: string
  readonly kind: 'cancel' | 'superseded' | 'lost' | 'resume'
  readonly message?: string
  readonly by?: string
}

export interface TaskQueue {
  insert(drafts: readonly Draft[], limits?: InsertLimits): Promise<InsertResult[]>
  /**
   * Hands out what is ready, by priority and then by creation, as far as there is room. Whatever it leaves although
   * there was room for it, it tells of by `ready`.
   */
  claim(wish: ClaimWish): Promise<Claim[]>
  /** Changes within a run: state ACTIVE or WAITING, progress, output. */
  amend(changes: readonly Amendment[]): Promise<(Task | undefined)[]>
  /** Ends a run's hold on its task. */
  settle(ends: readonly Settlement[]): Promise<(Task | undefined)[]>
  /** Prolongs leases; also carries cancels, for engines that cannot push. */
  renew(claims: readonly Holding[], lease: number): Promise<('held' | 'lost' | 'cancel')[]>
  requestCancel(orders: readonly CancelOrder[]): Promise<CancelAnswer[]>
  /** Changes from outside a run. */
  update(id: string, change: OutsideChange): Promise<UpdateAnswer>
  /** Removes tasks with their descendants, unless one of them is unfinished. */
  remove(ids: readonly string[]): Promise<('removed' | 'unfinished' | 'missing')[]>
  /** Does all that is due (starts, expired leases and queue times, purges); answers in how long to call again. */
  sweep(): Promise<number | undefined>
}

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
  /** Of every operation that has tasks or was paused. */
  operations(): Promise<OperationState[]>
  pause(operation: string, paused: boolean): Promise<void>
}

export interface StoreQuery extends TaskQuery {
  readonly sort: NonNullable<TaskQuery['sort']>
  readonly limit: number
}

export interface OperationState {
  readonly name: string
  readonly paused: boolean
  readonly counts: Readonly<Record<TaskState, number>>
}

/** A task to be stored, complete: every default is already in. */
export interface Draft {
  /** Made by the manager, so that a repeated insert is known. Ids of one manager sort by creation. */
  readonly id: string
  readonly operation: string
  readonly args: Json
  readonly priority: number
  readonly tags: readonly string[]
  /** Kept so long after the end, ms. */
  readonly retain: number
  readonly extras?: DraftExtras | undefined
}

/** What most tasks do not have. */
export interface DraftExtras {
  readonly createdBy?: string | undefined
  readonly parentId?: string | undefined
  readonly name?: string | undefined
  /** Takes over the name of this task among its siblings, where it has one and has ended. */
  readonly rerunOf?: string | undefined
  /** Not to be claimed until somebody starts it. */
  readonly held?: boolean | undefined
  /** Not to be claimed for so long, ms. */
  readonly delay?: number | undefined
  /** FAILED as `expired` when not claimed within so long, ms. */
  readonly ttl?: number | undefined
  readonly after?: readonly Required<Dependency>[] | undefined
  readonly dedupKey?: string | undefined
  readonly concurrencyKey?: string | undefined
  readonly idempotency?: Idempotency | undefined
  readonly limits?: RunLimits | undefined
  readonly secrets?: readonly string[] | undefined
  readonly maxItems?: number | undefined
}

export interface Idempotency {
  /** Subject, operation and key in one. */
  readonly key: string
  /** Of the creation's content; the same key with another hash is refused. */
  readonly hash: string
  /** Remembered so long, ms. */
  readonly keep: number
}

/** What a creation said of its runs, handed back with each claim; what it left out follows from the animator. */
export interface RunLimits {
  readonly timeout?: number
  readonly retry?: RetryPolicy
  readonly maxItems?: number
}

export interface InsertLimits {
  /** Refuse `queue-full` what would make more NEW tasks than this. */
  readonly maxQueued?: number
}

export type InsertResult =
  | { readonly kind: 'stored'; readonly task: Task }
  | { readonly kind: 'duplicate'; readonly of: 'id' | 'idempotency' | 'dedup' | 'name'; readonly task: Task }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }

export interface ClaimWish {
  readonly worker: string
  /** Free slots by operation; an operation that is not named is not claimed. */
  readonly room: ReadonlyMap<string, number>
  readonly limit: number
  /** How long the claim holds without renewal, ms; undefined: until it is settled. */
  readonly lease: number | undefined
}

/** One task in the hands of one run. Ordered by priority, then by creation. */
export interface Claim extends Holding {
  /** ACTIVE, with arguments in clear. */
  readonly task: Task
  readonly limits: RunLimits | undefined
}

export interface Holding {
  readonly id: string
  /** Never used again. */
  readonly lease: string
}

export interface Amendment extends Holding {
  /** Grows with each amendment under one lease; a repeated one is not applied again. */
  readonly seq: number
  readonly state?: 'ACTIVE' | 'WAITING'
  readonly waitingFor?: WaitingFor
  readonly message?: string
  readonly progress?: Omit<Progress, 'time'>
  readonly output?: OutputBatch
}

export interface OutputBatch {
  readonly entries: readonly OutputDraft[]
  /** Entries of each stream that the writer had to drop before these. */
  readonly dropped?: Partial<Record<OutputStream, number>>
}

export interface Settlement extends Holding {
  readonly outcome: Outcome
  /** The last progress and output, stored first. */
  readonly progress?: Omit<Progress, 'time'> | undefined
  readonly output?: OutputBatch | undefined
}

/**
 * How a run leaves its task. While cancel is requested, `retry` and `release` become CANCELED.
 * `gone` tells that a run whose task ended before (abandoned, superseded) has stopped: its concurrency key is free.
 */
export type Outcome =
  | {
      readonly kind: 'end'
      readonly state: EndState
      readonly reason: Reason
      readonly result?: Json
      readonly error?: TaskError
      /** The run goes on all the same: keep its concurrency key until `gone`. */
      readonly stillRunning?: boolean
    }
  | { readonly kind: 'retry'; readonly delay: number; readonly reason: Reason; readonly error: TaskError }
  | { readonly kind: 'release'; readonly reason: Reason }
  | { readonly kind: 'gone' }

export interface CancelOrder {
  readonly id: string
  readonly code: 'canceled' | 'shutdown'
  readonly message: string
  readonly by?: string
}

export interface CancelAnswer {
  /** CANCELED at once, asked to stop, ended before, or not there. */
  readonly outcome: 'canceled' | 'requested' | 'ended' | 'missing'
  readonly task?: Task
}

export interface OutsideChange {
  readonly ifVersion?: number
  readonly priority?: number
  /** Start (NEW held) or resume (WAITING for action). */
  readonly activate?: boolean
  /** End it; a run of it is superseded, and keeps its concurrency key until `gone`. */
  readonly end?: { readonly state: EndState; readonly reason: Reason; readonly result?: Json }
  readonly by?: string
}

export type UpdateAnswer =
  | { readonly kind: 'changed'; readonly task: Task }
  | {
      readonly kind: 'refused'
      readonly code: 'task-not-found' | 'task-ended' | 'wrong-state' | 'version-mismatch'
      readonly task?: Task
    }
