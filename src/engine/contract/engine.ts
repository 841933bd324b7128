import type { Clock } from '../../core/clock.ts'
import type { TaskEvent } from '../../core/events.ts'
import type { Logger } from '../../core/logger.ts'
import type { OutputStream } from '../../core/output.ts'
import type { TaskQueue } from './queue.ts'
import type { Schedules } from './schedules.ts'
import type { TaskStore } from './store.ts'
import type { WorkerMode, Workers } from './workers.ts'

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
export interface Engine extends TaskQueue, TaskStore, Schedules, Workers {
  readonly name: string
  readonly traits: EngineTraits
  /** @throws {MajordomoError} `engine-unavailable` where the store is out of reach, `invalid-option` where it does not fit */
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
  readonly rules: EngineRules
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
  /** Somebody asked this host's worker to claim, or not to. Told of what others asked, and of what this host asked itself. */
  mode(mode: WorkerMode): void
  /** A schedule was stored, removed or fired, here or by another process: look at all of them again. */
  rescheduled(): void
  /**
   * This process was cut off, and something that others changed was missed: `events` that `changed` will never tell of,
   * or at most that `output` has grown. Whoever follows a task looks at it again. An engine of one process never says so.
   */
  missed(what: 'events' | 'output'): void
}

/** What the manager decides once for all tasks; it does not change while the engine is open. */
export interface EngineRules {
  /**
   * A task that waits gains one step of priority each so many milliseconds since its creation, so that nothing starves;
   * undefined: the order is strictly by priority. The order of two tasks never changes by waiting alone: it is that of
   * `createdAt - priority * ageing`.
   */
  readonly ageing: number | undefined
  /** The most ended tasks that are kept; beyond it those that ended first go first, as if their `retain` were over. */
  readonly maxEnded: number | undefined
}

/** A word to a run from outside. */
export interface RunOrder {
  readonly id: string
  readonly lease: string
  readonly kind: 'cancel' | 'superseded' | 'lost' | 'resume'
  readonly message?: string
  readonly by?: string
}
