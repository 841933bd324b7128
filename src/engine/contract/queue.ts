import type { ErrorCode } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { EndState } from '../../core/states.ts'
import type { Reason, Task } from '../../core/task.ts'
import type { Draft, RunLimits } from './drafts.ts'
import type { Amendment, Settlement } from './run-writes.ts'

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
  /**
   * Prolongs leases; also carries cancels, for engines that cannot push. The lease of a run whose task has ended while
   * the run goes on (`stillRunning`, superseded) answers `lost`, but what such a run keeps until `gone`, its concurrency
   * key and its place under the operation's limit, is kept for that much longer. A lease that ran out stays lost.
   */
  renew(claims: readonly Holding[], lease: number): Promise<('held' | 'lost' | 'cancel')[]>
  requestCancel(orders: readonly CancelOrder[]): Promise<CancelAnswer[]>
  /** Changes from outside a run. */
  update(id: string, change: OutsideChange): Promise<UpdateAnswer>
  /** Removes tasks with their descendants, unless one of them is unfinished. */
  remove(ids: readonly string[]): Promise<('removed' | 'unfinished' | 'missing')[]>
  /** Does all that is due (starts, expired leases and queue times, purges); answers in how long to call again. */
  sweep(): Promise<number | undefined>
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
  /** Only tasks all of whose tags are among these; undefined: any task. */
  readonly tags?: readonly string[] | undefined
  /** Free slots by operation; an operation that is not named is not claimed. */
  readonly room: ReadonlyMap<string, number>
  readonly limit: number
  /** How long the claim holds without renewal, ms; undefined: until it is settled. */
  readonly lease: number | undefined
  /**
   * The most runs at once of an operation on all workers together; {@link TaskStore.limit} goes before. Counted are the
   * tasks that are ACTIVE, and runs that go on after their task's end; one that waits is not, and may come back beyond it.
   */
  readonly caps?: ReadonlyMap<string, number> | undefined
  /**
   * How often a task of an operation may be interrupted (its lease ran out, or its process died) and be tried again;
   * one time more, and it is FAILED as `interrupted`. Without end for an operation that is not named.
   */
  readonly interrupts?: ReadonlyMap<string, number> | undefined
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
