import type { RunAborted } from '../core/aborts.ts'
import type { ProgressUpdate } from '../core/animator.ts'
import type { RetryPolicy } from '../core/retry.ts'
import { snapshot } from '../core/snapshot.ts'
import type { Task } from '../core/task.ts'
import type { Claim } from '../engine/contract.ts'
import type { Deadline } from './deadlines.ts'
import type { Operation } from './operation.ts'
import { PendingOutput } from './pending-output.ts'
import type { Seated } from './slots.ts'

/** The most items of a task that says nothing of it. */
const USUAL_ITEMS = 100_000

/**
 * One attempt of one task, from its claim until its function has settled. Its modes:
 *
 * | mode | writes count | how it comes |
 * |---|---|---|
 * | running | yes | claimed |
 * | aborted | yes | cancel, timeout, shutdown: it should stop |
 * | over | no | it set its own end, was abandoned, superseded, or lost its lease; its function may still go on |
 */
export class Run implements Seated {
  /** The task as it was last heard of. */
  task: Task
  abortReason: RunAborted | undefined
  over = false
  /** Whether its function has settled. */
  stopped = false
  /** Whether it was given up on while its function goes on. */
  abandoned = false
  /** What has not been written yet. */
  progress: ProgressUpdate | undefined
  output: PendingOutput | undefined
  /** Until when it surely holds its task, by this process's clock; without end where leases have none. */
  heldUntil = Number.POSITIVE_INFINITY
  /** Counts its amendments. */
  amended = 0
  /** The write that is under way. */
  writing: Promise<unknown> | undefined
  /** The next write, for all who wait until everything is stored. */
  flushing: Promise<void> | undefined
  timeoutDeadline: Deadline | undefined
  graceDeadline: Deadline | undefined
  /** See {@link Seated}. */
  seated = false
  grants: (() => void)[] | undefined
  /** What was left of the timeout when the run began to wait. */
  timeoutLeft: number | undefined
  #controller: AbortController | undefined
  #resumption: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  #aborted: Set<(reason: RunAborted) => void> | undefined

  constructor(
    readonly claim: Claim,
    readonly operation: Operation,
  ) {
    this.task = claim.task
  }

  get retry(): RetryPolicy {
    return this.claim.limits?.retry ?? this.operation.retry
  }

  get timeout(): number | undefined {
    return this.claim.limits?.timeout ?? this.operation.timeout
  }

  /** The task with what this run has not written yet. */
  view(now: () => number): Task {
    return this.progress === undefined ? this.task : this.withProgress(this.progress, now())
  }

  withProgress(progress: ProgressUpdate, time: number): Task {
    return snapshot({
      ...this.task,
      history: this.task.messages,
      progress: Object.freeze({ ...progress, time }),
    })
  }

  /** Made when it is first read: a controller costs more than all the rest of a task. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.abortReason !== undefined) this.#controller.abort(this.abortReason)
    }
    return this.#controller.signal
  }

  /** The first reason counts. */
  abort(reason: RunAborted): boolean {
    if (this.abortReason !== undefined) return false
    this.abortReason = reason
    for (const tell of this.#aborted ?? []) tell(reason)
    this.#controller?.abort(reason)
    return true
  }

  /** Settles when somebody sets the waiting task ACTIVE; the same for all who wait for it. */
  resumed(): Promise<void> {
    if (this.#resumption === undefined) {
      let resolve = (): void => {}
      const promise = new Promise<void>((done) => (resolve = done))
      this.#resumption = { promise, resolve }
    }
    return this.#resumption.promise
  }

  resume(): void {
    this.#resumption?.resolve()
    this.#resumption = undefined
  }

  /** What `wait` settles to, unless the run is aborted first: then it rejects with the reason. */
  async unlessAborted<T>(wait: Promise<T>): Promise<T> {
    if (this.abortReason !== undefined) throw this.abortReason
    const listeners = (this.#aborted ??= new Set())
    let tell: (reason: RunAborted) => void = () => {}
    const aborted = new Promise<never>((_, reject) => listeners.add((tell = reject)))
    try {
      return await Promise.race([wait, aborted])
    } finally {
      listeners.delete(tell)
    }
  }

  /** The output that waits to be written. */
  pending(): PendingOutput {
    return (this.output ??= new PendingOutput(this.claim.limits?.maxItems ?? USUAL_ITEMS))
  }
}
