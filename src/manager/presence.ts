import { messageOf } from '../core/errors.ts'
import { safely } from '../core/safely.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine, WorkerDraft, WorkerMode } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'

/** A worker gives a sign of life this often, and counts as dead when it gave none for so long, in ms. */
const BEAT = 5_000
const ALIVE = 15_000
/** Where no other process looks, one word at the start is enough. */
const FOR_GOOD = Number.MAX_SAFE_INTEGER

/** This manager as the others see it, and what they ask of it. */
export class Presence {
  /** What was asked of this worker last. */
  mode: WorkerMode = 'running'
  #here = false
  /** Whether the others know what tasks can be created of. */
  #introduced = false
  #saying: Promise<void> = Promise.resolve()
  readonly #beat = new Deadline(() => void this.#sayAlive())

  constructor(
    private readonly parts: {
      readonly engine: Engine
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly draft: () => WorkerDraft
      /** Tells what tasks can be created of. */
      readonly introduce: () => Promise<void>
      /** Resolves when no run goes on any more. */
      readonly idle: () => Promise<void>
      /** It may claim again. */
      readonly wake: () => void
      readonly drained: (() => unknown) | undefined
    },
  ) {}

  /** The engine is open: others may see this worker from now on. */
  async appear(): Promise<void> {
    this.#here = true
    await this.say()
  }

  /** Tells what this worker is now. One after the other, so that the last word is the newest. */
  say(): Promise<void> {
    this.#introduced = false
    return this.#sayAlive()
  }

  #sayAlive(): Promise<void> {
    return (this.#saying = this.#saying.then(() => this.#announce()))
  }

  /** What somebody asks of this worker. */
  asked(mode: WorkerMode): void {
    if (mode === this.mode) return
    this.mode = mode
    this.parts.logger.info(`this worker is ${mode}`)
    if (mode === 'running') this.parts.wake()
    if (mode === 'draining') void this.#drain()
  }

  async leave(): Promise<void> {
    this.#here = false
    const { engine, deadlines, draft, logger } = this.parts
    deadlines.clear(this.#beat)
    await this.#saying
    await engine
      .dismiss(draft().id)
      .catch((error: unknown) => logger.warn('this worker could not sign off', { error: messageOf(error) }))
  }

  async #announce(): Promise<void> {
    if (!this.#here) return
    const { engine, deadlines, logger, draft, introduce } = this.parts
    const { shared } = engine.traits
    try {
      this.asked(await engine.announce(draft(), shared ? ALIVE : FOR_GOOD))
      if (!this.#introduced) {
        // Said before, so that what is registered meanwhile is told next.
        this.#introduced = true
        await introduce()
      }
    } catch (error) {
      this.#introduced = false
      logger.warn('this worker could not give a sign of life', { error: messageOf(error) })
    }
    if (shared && this.#here) deadlines.set(this.#beat, BEAT)
  }

  async #drain(): Promise<void> {
    await this.parts.idle()
    if (this.mode !== 'draining') return
    await this.say()
    const { drained, logger } = this.parts
    if (drained !== undefined && this.#here)
      safely(drained, (error) => logger.error('onDrained failed', { error: messageOf(error) }))
  }
}
