import { messageOf } from '../core/errors.ts'
import type { FileStore } from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import type { Engine } from '../engine/contract.ts'

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
    const removing = before.then(() => this.remove(id)).finally(() => this.#removing.delete(removing))
    this.#lanes[lane] = removing
    this.#removing.add(removing)
  }

  /** Resolves when all that were to go soon have gone. */
  async done(): Promise<void> {
    await Promise.all(this.#removing)
  }

  /**
   * Storing these tasks has failed: the files that they were given go. A shared engine may have stored them all the same, or
   * do so yet; there a later sweep decides.
   */
  async withdraw(ids: readonly string[]): Promise<void> {
    const { engine } = this.parts
    if (engine.traits.shared) return
    for (const id of ids) {
      const task = await engine.get(id).catch(() => 'unknown' as const)
      if (task === undefined) await this.remove(id)
    }
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
}
