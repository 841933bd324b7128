import type { Json } from '../../core/json.ts'
import type { Draft } from './drafts.ts'
import type { InsertLimits, InsertResult } from './queue.ts'

/**
 * Schedules: the manager reads the calendar, the engine sees to it that a tick fires once, however many processes see
 * it come and whichever of them die.
 */
export interface Schedules {
  /** In the order of their names. */
  schedules(): Promise<StoredSchedule[]>
  /** Stores a new one or the next version of one that is there; what it counts and its last task stay. */
  putSchedule(draft: ScheduleDraft): Promise<StoredSchedule | 'version-mismatch'>
  removeSchedule(name: string): Promise<boolean>
  /**
   * In one step: if the schedule is still at this version and `tick` is still its next tick, moves it on to `next` and
   * inserts the draft, where there is one.
   */
  fire(order: FireOrder, limits?: InsertLimits): Promise<FireAnswer>
}

export interface ScheduleDraft {
  readonly name: string
  /** Whatever the manager makes of it; the engine does not look inside. */
  readonly spec: Json
  /** Its next tick, epoch milliseconds; undefined: none. */
  readonly next: number | undefined
  /** Only if it is at this version; 0: only if there is none. */
  readonly ifVersion?: number | undefined
}

export interface StoredSchedule {
  readonly name: string
  readonly spec: Json
  /** Starts at 1 and grows each time it is put; firing does not change it. */
  readonly version: number
  readonly next?: number | undefined
  /** The last tick that made a task, and that task. */
  readonly last?: number | undefined
  readonly lastTask?: string | undefined
  /** How many ticks made a task, and how many did not because the task before had not ended. */
  readonly fired: number
  readonly skipped: number
  readonly createdAt: number
  /** When it was put last. */
  readonly modifiedAt: number
}

export interface FireOrder {
  readonly name: string
  readonly version: number
  readonly tick: number
  readonly next: number | undefined
  /** Undefined: the tick passes without a task (it was missed). */
  readonly draft?: Draft | undefined
  /** Insert nothing while the task that it made last is unfinished; the tick counts as skipped. */
  readonly unlessUnfinished?: boolean | undefined
}

/**
 * `taken`: another process fired it, or the schedule has changed or is gone. A tick whose draft was refused has passed
 * too, as `fired`, but counts nowhere: `last`, `lastTask` and `fired` stay.
 */
export type FireAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'passed' | 'skipped'; readonly schedule: StoredSchedule }
  | {
      readonly kind: 'fired'
      readonly schedule: StoredSchedule
      readonly result: InsertResult
      /** The task of the tick before, where it is unfinished. */
      readonly previous?: string
    }
