import type { Json } from '../../core/json.ts'
import type { OutputDraft, OutputStream } from '../../core/output.ts'
import type { EndState } from '../../core/states.ts'
import type { Progress, Reason, TaskError, WaitingFor } from '../../core/task.ts'
import type { Holding } from './queue.ts'

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
