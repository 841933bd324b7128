import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'

const AFTER_FAILURE = 1_000

/** Calls the engine's sweep when something is due, and only then. */
export class Sweeper {
  readonly #deadline = new Deadline(() => void this.#sweep())
  #immediate: NodeJS.Immediate | undefined
  #stopped = false

  constructor(
    private readonly engine: Engine,
    private readonly deadlines: Deadlines,
    private readonly logger: Logger,
  ) {}

  due(inMs: number): void {
    if (!this.#stopped) this.deadlines.setSooner(this.#deadline, inMs)
  }

  stop(): void {
    this.#stopped = true
    this.deadlines.clear(this.#deadline)
    clearImmediate(this.#immediate)
  }

  async #sweep(): Promise<void> {
    try {
      const inMs = await this.engine.sweep()
      if (this.#stopped || inMs === undefined) return
      // What is left over of a large sweep goes on in the next turn, so that others get theirs in between.
      if (inMs === 0) this.#immediate = setImmediate(() => void this.#sweep())
      else this.due(inMs)
    } catch (error) {
      this.logger.error('the engine failed to sweep', { error: messageOf(error) })
      this.due(AFTER_FAILURE)
    }
  }
}
