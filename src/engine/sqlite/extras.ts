import type { Message, Progress, Reason, TaskError, WaitingFor } from '../../core/task.ts'
import type { DraftExtras, RunLimits } from '../contract.ts'

/** What a task is created with that most tasks do not have, and that never changes. */
export interface Origin {
  readonly createdBy?: string | undefined
  readonly parentId?: string | undefined
  readonly name?: string | undefined
  readonly rerunOf?: string | undefined
  readonly dedupKey?: string | undefined
  readonly concurrencyKey?: string | undefined
  readonly limits?: RunLimits | undefined
  readonly secrets?: readonly string[] | undefined
  readonly maxItems?: number | undefined
  readonly schedule?: string | undefined
  /** What its Idempotency-Key is remembered by. */
  readonly remembered?: string | undefined
}

/** What most tasks do not have, kept apart so that they do not pay for it. */
export class Extras {
  readonly origin: Origin
  /** Of the tree that it belongs to, where it is not the root itself. */
  root: number | undefined = undefined
  /** Not to be claimed until somebody starts it. */
  held = false
  notBefore: number | undefined = undefined
  expiresAt: number | undefined = undefined
  /** How many of those that it comes after have not ended. */
  pending = 0
  interrupted = 0
  /** The number of the last amendment under its lease. */
  amended = 0
  waitingFor: WaitingFor | undefined = undefined
  /** What a cancel that was requested will say; kept until the run has stopped. */
  cancel: Reason | undefined = undefined
  progress: Progress | undefined = undefined
  error: TaskError | undefined = undefined
  /** Undefined while the messages follow from the times. */
  history: readonly Message[] | undefined = undefined
  /** Keys of indexes: while it is unfinished, while it has its name, while it stands in line. */
  dedup: string | undefined = undefined
  named: string | undefined = undefined
  lane: string | undefined = undefined
  /** Whether it is in the file, and whether it has nothing there that is rare. */
  stored: 'no' | 'slim' | 'full' = 'no'

  constructor(origin: Origin) {
    this.origin = origin
  }
}

export function originOf(draft: DraftExtras): Origin {
  const { createdBy, parentId, name, rerunOf, dedupKey, concurrencyKey, limits, secrets, maxItems } = draft
  return {
    createdBy,
    parentId,
    name,
    rerunOf,
    dedupKey,
    concurrencyKey,
    limits,
    secrets,
    maxItems,
    schedule: draft.schedule,
    remembered: draft.idempotency?.key,
  }
}
