import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine, RunOrder } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Run } from './run.ts'
import type { Runner } from './runner.ts'

/** A run that cannot be renewed is told to stop when this share of its lease is left, so that it stops before another starts. */
const MARGIN = 1 / 5
/** A lease is renewed so often in its life, and tried again so often where that fails. */
const RENEWALS = 3
const TRIES = 10

/**
 * Renews the leases of the runs. It counts each lease from before the engine was asked for it, so that by this process's
 * own clock it ends no later than by the engine's: a worker that is cut off knows by itself when to stop.
 */
export class Leases {
  readonly #renewal = new Deadline(() => void this.#renew())
  readonly #guard = new Deadline(() => this.#stopLateRuns())
  #stopped = false

  constructor(
    private readonly parts: {
      readonly engine: Engine
      readonly runner: Runner
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly now: () => number
      /** ms */
      readonly lease: number
      readonly signal: (order: RunOrder) => void
    },
  ) {}

  /** The engine is open. */
  begin(): void {
    this.#again(RENEWALS)
  }

  /** Whether leases that the engine was asked for at that time are not sure any more. */
  areOver(askedAt: number): boolean {
    return this.parts.now() >= askedAt + this.#safe
  }

  /** The runs hold their tasks, as of when the engine was asked for them. */
  held(runs: readonly Run[], askedAt: number): void {
    const { lease, deadlines, now } = this.parts
    for (const run of runs) run.heldUntil = askedAt + lease
    deadlines.setSooner(this.#guard, askedAt + this.#safe - now())
  }

  stop(): void {
    this.#stopped = true
    this.parts.deadlines.clear(this.#renewal)
    this.parts.deadlines.clear(this.#guard)
  }

  /** How long after it was asked for a lease is sure, ms. */
  get #safe(): number {
    return this.parts.lease * (1 - MARGIN)
  }

  async #renew(): Promise<void> {
    const { engine, runner, lease, logger, now } = this.parts
    const runs = runner.unsettled()
    const askedAt = now()
    let tries = RENEWALS
    try {
      const claims = runs.map(({ claim: { id, lease: token } }) => ({ id, lease: token }))
      const answers = claims.length === 0 ? [] : await engine.renew(claims, lease)
      runs.forEach((run, i) => this.#heard(run, answers[i], askedAt))
    } catch (error) {
      tries = TRIES
      logger.error('the engine failed to renew leases', { error: messageOf(error) })
    }
    this.#again(tries)
  }

  #heard(run: Run, answer: 'held' | 'lost' | 'cancel' | undefined, askedAt: number): void {
    const { id, lease } = run.claim
    // A run whose task has ended is renewed for what it still keeps, and its task is not held by it.
    if (run.over || answer === undefined) return
    if (answer === 'lost') return this.parts.signal({ id, lease, kind: 'lost' })
    run.heldUntil = askedAt + this.parts.lease
    if (answer === 'cancel') this.parts.signal({ id, lease, kind: 'cancel' })
  }

  #stopLateRuns(): void {
    const { runner, signal, deadlines, now, lease } = this.parts
    const sure = now() + lease - this.#safe
    let next = Number.POSITIVE_INFINITY
    for (const run of runner.unsettled()) {
      if (run.over) continue
      if (run.heldUntil > sure) next = Math.min(next, run.heldUntil)
      else signal({ id: run.claim.id, lease: run.claim.lease, kind: 'lost' })
    }
    if (next !== Number.POSITIVE_INFINITY && !this.#stopped) deadlines.set(this.#guard, next - sure)
  }

  #again(times: number): void {
    if (!this.#stopped)
      this.parts.deadlines.set(this.#renewal, Math.max(1, Math.floor(this.parts.lease / times)))
  }
}
