import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine, RunOrder } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Runner } from './runner.ts'

/** Renews the leases of the runs, three times in the life of each. */
export class Leases {
  readonly #deadline = new Deadline(() => void this.#renew())
  #stopped = false

  constructor(
    private readonly parts: {
      readonly engine: Engine
      readonly runner: Runner
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly lease: number
      readonly signal: (order: RunOrder) => void
    },
  ) {
    this.#again()
  }

  stop(): void {
    this.#stopped = true
    this.parts.deadlines.clear(this.#deadline)
  }

  async #renew(): Promise<void> {
    const { engine, runner, lease, signal, logger } = this.parts
    const claims = runner.holdings()
    try {
      const answers = claims.length === 0 ? [] : await engine.renew(claims, lease)
      answers.forEach((answer, i) => {
        const { id, lease: token } = claims[i]!
        if (answer === 'lost') signal({ id, lease: token, kind: 'lost' })
        else if (answer === 'cancel') signal({ id, lease: token, kind: 'cancel' })
      })
    } catch (error) {
      logger.error('the engine failed to renew leases', { error: messageOf(error) })
    }
    this.#again()
  }

  #again(): void {
    if (!this.#stopped)
      this.parts.deadlines.set(this.#deadline, Math.max(1, Math.floor(this.parts.lease / 3)))
  }
}
