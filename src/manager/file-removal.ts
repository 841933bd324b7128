import { MajordomoError, messageOf } from '../core/errors.ts'
import type { FileStore } from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'

/** What was given to a task this long ago has a task, or never gets one, ms. */
const SETTLED = 600_000

/** Rows in which removals wait for each other: each has folders open, and thousands of tasks may go at once. */
const LANES = 4

/** How files go: with their task, with a creation that came to nothing, or once nobody knows their task any more. */
export class FileRemoval {
  readonly #removing = new Set<Promise<void>>()
  /** The last removal of each. */
  readonly #lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve())
  #nextLane = 0

  constructor(
    private readonly parts: {
      /** Undefined where nothing has been stored yet. */
      readonly store: () => Promise<FileStore> | undefined
      readonly engine: Engine
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly now: () => number
    },
  ) {}

  /** Never rejects: what could not be removed is logged, and tried again when the store is opened next. */
  async remove(id: string): Promise<void> {
    try {
      await (await this.parts.store())?.remove(id)
    } catch (error) {
      this.parts.logger.error('the files of a task could not be removed', { id, error: messageOf(error) })
    }
  }

  /** The same when its turn comes. */
  soon(id: string): void {
    const lane = this.#nextLane++ % LANES
    const before = this.#lanes[lane]!
    this.#lanes[lane] = this.#awaited(before.then(() => this.remove(id)))
  }

  /** Resolves when all that were to go soon have gone. */
  async done(): Promise<void> {
    await Promise.all(this.#removing)
  }

  /**
   * Storing these tasks has failed: the files that they were given go. Unless it said that there is no room, a shared engine
   * may have stored them all the same, or do so yet: there it is looked once that is settled.
   */
  async withdraw(ids: readonly string[], why: unknown): Promise<void> {
    const { engine, deadlines } = this.parts
    const isSettled = !engine.traits.shared || (MajordomoError.is(why) && why.code === 'storage-full')
    if (isSettled) return this.#removeUnstored(ids)
    deadlines.set(new Deadline(() => void this.#awaited(this.#removeUnstored(ids))), SETTLED)
  }

  /** Removes what belongs to no task any more. On an engine of one process, nobody may be giving files to a task meanwhile. */
  async sweep(): Promise<void> {
    const { engine, logger, now } = this.parts
    try {
      const store = await this.parts.store()
      if (store === undefined) return
      for await (const { id, since } of store.kept()) {
        // Another process of a shared engine may be about to store the task of what is new.
        if (engine.traits.shared && now() - since < SETTLED) continue
        if ((await engine.get(id)) === undefined) await store.remove(id)
      }
    } catch (error) {
      logger.error('files of tasks that are gone could not be removed', { error: messageOf(error) })
    }
  }

  /** Of a removal that does not reject. */
  #awaited(removing: Promise<void>): Promise<void> {
    this.#removing.add(removing)
    return removing.finally(() => this.#removing.delete(removing))
  }

  /** Where the engine cannot tell now, a later sweep decides. */
  async #removeUnstored(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const task = await this.parts.engine.get(id).catch(() => 'unknown' as const)
      if (task === undefined) await this.remove(id)
    }
  }
}
