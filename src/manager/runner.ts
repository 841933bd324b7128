import { TurnoverMap } from '../core/turnover-map.ts'
import { Canceled, LeaseLost, Superseded, TimedOut, type RunAborted, type ShutDown } from '../core/aborts.ts'
import { insideTask } from '../core/context.ts'
import { isPromiseLike } from '../core/promises.ts'
import type { Logger } from '../core/logger.ts'
import type { Report } from '../core/report.ts'
import type { Claim, Outcome, RunOrder } from '../engine/contract.ts'
import { checkedFirst } from './checked-first.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import { Office, type OfficeParts } from './office.ts'
import type { Operation } from './operation.ts'
import { abandoned, ownAbort, returned, threw } from './outcomes.ts'
import { tell } from './report.ts'
import { Run } from './run.ts'
import { RunOps } from './run-ops.ts'
import { RunTimeouts } from './run-timeouts.ts'

export interface RunnerParts extends OfficeParts {
  readonly deadlines: Deadlines
  readonly logger: Logger
}

/** Runs what was claimed: take a slot, arm the timeout, run, map what came of it to an outcome, settle. */
export class Runner {
  readonly #parts: RunnerParts
  readonly #timeouts: RunTimeouts
  readonly #office: Office
  readonly #runs = new TurnoverMap<string, Run>()
  #abandoned = 0
  #closing = false
  #idle: (() => void)[] = []

  constructor(parts: RunnerParts) {
    this.#parts = parts
    const abort = (run: Run, reason: RunAborted): void => this.abort(run, reason)
    this.#timeouts = new RunTimeouts(parts.deadlines, abort)
    this.#office = new Office(parts, { timeouts: this.#timeouts, yields: () => this.#yields, abort })
  }

  get size(): number {
    return this.#runs.size
  }

  get abandonedRuns(): number {
    return this.#abandoned
  }

  get #yields(): boolean {
    return this.#closing && this.#parts.rules.durable
  }

  /** Nothing more is started, and runs may give their tasks back. */
  closing(): void {
    this.#closing = true
  }

  /** Runs that hold their task, or at least what their function still keeps from others. */
  unsettled(): Run[] {
    return [...this.#runs.values()]
  }

  /** Whether a run of this task goes on, whatever has become of the task. */
  isRunning(id: string): boolean {
    for (const { claim } of this.#runs.values()) if (claim.id === id) return true
    return false
  }

  has(lease: string): boolean {
    return this.#runs.has(lease)
  }

  start(claim: Claim, operation: Operation): Run {
    const run = new Run(claim, operation)
    this.#runs.set(claim.lease, run)
    this.#parts.slots.take(run)
    this.#timeouts.begin(run)
    this.#execute(run)
    return run
  }

  /** Promises are what a small run costs most, so there are no more of them than the animator's own and one. */
  #execute(run: Run): void {
    try {
      const body = run.claim.limits?.unchecked === true ? checkedFirst(run.operation) : run.operation.run
      const result = insideTask(new RunOps(run, this.#office), body)
      if (isPromiseLike(result)) {
        // A promise of another make may settle twice, or say that it has when it has not.
        const promise = result instanceof Promise ? result : Promise.resolve(result)
        promise.then(
          (value) => this.#returned(run, value),
          (thrown: unknown) => this.#threw(run, thrown),
        )
      } else this.#returned(run, result)
    } catch (thrown) {
      this.#threw(run, thrown)
    }
  }

  #returned(run: Run, result: unknown): void {
    this.#finish(run, returned(run, result, this.#parts.rules))
  }

  #threw(run: Run, thrown: unknown): void {
    const own = ownAbort(thrown)
    if (own !== undefined && (this.#yields || own instanceof TimedOut)) run.abortReason ??= own
    this.#finish(run, threw(run, thrown, this.#parts.rules))
  }

  #finish(run: Run, outcome: Outcome): void {
    const { deadlines, settler, recorder, tokens } = this.#parts
    this.#timeouts.end(run)
    if (run.graceDeadline !== undefined) deadlines.clear(run.graceDeadline)
    recorder.forget(run)
    tokens.forget(run)
    if (!run.over) this.#logFailure(run, outcome)
    settler.settle(run, run.over ? { kind: 'gone' } : outcome, true)
    run.over = true
  }

  /** The engine knows of the ends: the slots are free. */
  settled(runs: readonly Run[]): void {
    for (const run of runs) {
      this.#runs.delete(run.claim.lease)
      if (run.abandoned) this.#abandoned--
      run.stopped = true
      this.#parts.slots.release(run)
    }
    this.#tellIdle()
  }

  signal(order: RunOrder): void {
    const run = this.#runs.get(order.lease)
    if (run === undefined || run.over) return
    if (order.kind === 'cancel') this.abort(run, new Canceled(order.message, order.by))
    else if (order.kind === 'resume') this.#resumed(run)
    else {
      run.over = true
      this.abort(
        run,
        order.kind === 'lost' ? new LeaseLost('the lease ran out') : new Superseded(order.message, order.by),
      )
    }
  }

  abortAll(reason: ShutDown): void {
    for (const run of this.#runs.values()) this.abort(run, reason)
  }

  /** The run should stop; it is given its grace to do so. */
  abort(run: Run, reason: RunAborted): void {
    if (!run.abort(reason)) return
    // A run that should stop is not made to queue for the slot in which it cleans up.
    if (run.grants !== undefined) this.#parts.slots.take(run)
    this.#timeouts.end(run)
    run.graceDeadline = new Deadline(() => this.#abandon(run))
    this.#parts.deadlines.set(run.graceDeadline, run.operation.cancelGrace)
  }

  #abandon(run: Run): void {
    run.abandoned = true
    this.#abandoned++
    const { id, task } = run.claim
    this.#parts.logger.warn('a run ignores that it should stop; it is left behind', {
      id,
      operation: task.operation,
    })
    if (!run.over) {
      this.#parts.settler.settle(run, abandoned(run, this.#parts.rules), false)
      run.over = true
      this.#parts.recorder.forget(run)
    }
    this.#tellIdle()
  }

  /** When no run goes on any more, besides those that were abandoned. */
  async whenIdle(): Promise<void> {
    if (this.#runs.size > this.#abandoned) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #tellIdle(): void {
    if (this.#runs.size <= this.#abandoned) for (const tell of this.#idle.splice(0)) tell()
  }

  /** What somebody outside tells, in the name of the run whose token it is. */
  report(id: string, token: string, report: Report): void {
    tell(new RunOps(this.#parts.tokens.need(id, token), this.#office), report)
  }

  #resumed(run: Run): void {
    this.#timeouts.goOn(run)
    run.resume()
  }

  #logFailure({ claim: { id, task } }: Run, outcome: Outcome): void {
    if (outcome.kind !== 'retry' && !(outcome.kind === 'end' && outcome.state === 'FAILED')) return
    const again = outcome.kind === 'retry' ? { retryInMs: outcome.delay } : {}
    this.#parts.logger.warn('a run failed', {
      id,
      operation: task.operation,
      attempt: task.attempt,
      error: outcome.reason.message,
      ...again,
    })
  }
}
