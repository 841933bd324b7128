import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'

/** Kept so long after nobody listens any more: whoever waits for one task after the other comes back at once, ms. */
const LINGER = 30_000
const AFTER_FAILURE = 1_000

/** Asks a shared engine to tell what other processes change, while somebody here listens. */
export class Attention {
  readonly #over = new Deadline(() => this.#end())
  readonly #retry = new Deadline(() => void this.wanted())
  #asked: Promise<void> | undefined

  constructor(
    private readonly parts: {
      readonly engine: Engine
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly isOpen: () => boolean
    },
  ) {}

  /** Settles when nothing that comes is missed any more, or when that could not be had for now. */
  wanted(): Promise<void> {
    this.parts.deadlines.clear(this.#over)
    // Until it is open nothing can come that this process does not do itself.
    if (!this.parts.isOpen()) return Promise.resolve()
    return (this.#asked ??= this.#ask())
  }

  unwanted(): void {
    if (this.#asked !== undefined) this.parts.deadlines.set(this.#over, LINGER)
  }

  async #ask(): Promise<void> {
    const { engine, logger, deadlines } = this.parts
    try {
      await engine.watch(true)
    } catch (error) {
      this.#asked = undefined
      logger.warn('the engine cannot tell what others change; trying again', { error: messageOf(error) })
      deadlines.set(this.#retry, AFTER_FAILURE)
    }
  }

  #end(): void {
    this.#asked = undefined
    const { engine, logger } = this.parts
    engine
      .watch(false)
      .catch((error: unknown) => logger.debug('the engine goes on telling', { error: messageOf(error) }))
  }
}
