import type { Json } from '../../core/json.ts'
import type { Dependency } from '../../core/manager.ts'
import type { RetryPolicy } from '../../core/retry.ts'

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
  /** The schedule that made it. */
  readonly schedule?: string | undefined
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
  /** Created where no animator is registered: its `validate` is still to be asked. */
  readonly unchecked?: boolean
}
