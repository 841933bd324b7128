import type { InContext } from '../core/context.ts'
import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Claim, Engine, RunOrder } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Registry } from './registry.ts'
import type { Run } from './run.ts'
import type { Runner } from './runner.ts'
import type { Slots } from './slots.ts'

/** A claim takes no more than this, so that one turn of the event loop stays short. */
const MOST_AT_ONCE = 256

/** How long to leave an engine alone that failed to answer a claim, in ms. */
const AFTER_FAILURE = 1_000

/**
 * Claims work when there is room for it. Its modes, changed in {@link Dispatcher.wake} and `#claim` only:
 *
 * | mode | means | leaves it when |
 * |---|---|---|
 * | idle | nothing to claim, or no room | woken |
 * | scheduled | will claim in the next turn of the event loop | that turn comes |
 * | claiming | the engine is asked | it has answered |
 * | stopped | claims no more | never |
 */
export class Dispatcher {
  #mode: 'idle' | 'scheduled' | 'claiming' | 'stopped' = 'idle'
  /** Woken while the engine was asked: ask again. */
  #again = false
  /** The last claim took all that was ready, so more room alone is no reason to ask. */
  #sated = false
  #immediate: NodeJS.Immediate | undefined
  #claiming: Promise<void> = Promise.resolve()
  /** Orders for runs whose claim has been made but has not arrived yet. */
  #early: RunOrder[] = []
  readonly #retry = new Deadline(() => this.wake())

  constructor(
    private readonly parts: {
      readonly engine: Engine
      readonly registry: Registry
      readonly slots: Slots
      readonly runner: Runner
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly worker: string
      readonly lease: number | undefined
      readonly tags: readonly string[] | undefined
      /** Whether this worker is to claim at all. */
      readonly claiming: () => boolean
      /** Whether what the engine was asked for at that time may be another's by now. */
      readonly isTooLate: (askedAt: number) => boolean
      /** Told of what was claimed, and when the engine was asked. */
      readonly claimed: (runs: readonly Run[], askedAt: number) => void
      readonly now: () => number
      readonly inContext: InContext
    },
  ) {}

  /** There may be something to claim. */
  wake(): void {
    this.#sated = false
    if (this.#mode === 'claiming') this.#again = true
    if (this.#mode !== 'idle') return
    this.#mode = 'scheduled'
    this.#immediate = setImmediate(() => this.parts.inContext(() => void (this.#claiming = this.#claim())))
  }

  /** A slot is free again. */
  roomier(): void {
    if (!this.#sated) this.wake()
  }

  /** Passes a word on to the run that it is for, even when that run's claim is still on its way. */
  signal(order: RunOrder): void {
    if (this.#mode === 'claiming' && !this.parts.runner.has(order.lease)) this.#early.push(order)
    else this.parts.runner.signal(order)
  }

  /** Resolves when the runs of all that has been claimed by now have begun. */
  begun(): Promise<void> {
    return this.#claiming
  }

  /** Claims no more; resolves when the last claim has arrived. */
  async stop(): Promise<void> {
    this.#mode = 'stopped'
    clearImmediate(this.#immediate)
    this.parts.deadlines.clear(this.#retry)
    await this.#claiming
  }

  async #claim(): Promise<void> {
    const { engine, registry, slots, runner, worker, lease, tags } = this.parts
    const limit = this.parts.claiming() ? Math.min(slots.free, MOST_AT_ONCE) : 0
    const room = limit > 0 ? slots.room(registry) : undefined
    if (room === undefined || room.size === 0) {
      this.#mode = 'idle'
      return
    }
    this.#mode = 'claiming'
    this.#again = false
    let found = false
    slots.hold()
    try {
      const askedAt = this.parts.now()
      const claims = await engine.claim({ worker, tags, room, limit, lease, ...registry.rules })
      found = claims.length > 0
      this.#sated = !this.#again && tookAll(claims, room, limit, registry)
      const runs = this.#held(claims, askedAt).map((claim) =>
        runner.start(claim, registry.need(claim.task.operation)),
      )
      if (runs.length > 0) this.parts.claimed(runs, askedAt)
      for (const order of this.#early.splice(0)) runner.signal(order)
    } catch (error) {
      this.parts.logger.error('the engine failed to hand out work', { error: messageOf(error) })
      this.parts.deadlines.set(this.#retry, AFTER_FAILURE)
    } finally {
      slots.unhold()
    }
    if (this.#stopped()) return
    this.#mode = 'idle'
    if (this.#again || (found && !this.#sated)) this.wake()
  }

  /** An answer that took too long is as good as none: the engine takes the tasks back by their leases. */
  #held(claims: readonly Claim[], askedAt: number): readonly Claim[] {
    if (claims.length === 0 || !this.parts.isTooLate(askedAt)) return claims
    this.parts.logger.warn('the engine handed out work too late; it is not run here', {
      tasks: claims.length,
    })
    return []
  }

  /** `stop` may have been called while the engine was asked. */
  #stopped(): boolean {
    return this.#mode === 'stopped'
  }
}

/** Whether nothing that is ready was left for want of room. */
function tookAll(
  claims: readonly Claim[],
  room: ReadonlyMap<string, number>,
  limit: number,
  registry: Registry,
): boolean {
  if (claims.length >= limit) return false
  for (const { name } of registry.all()) {
    const free = room.get(name) ?? 0
    if (free <= claims.length && claims.filter(({ task }) => task.operation === name).length >= free)
      return false
  }
  return true
}
