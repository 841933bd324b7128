import { MajordomoError, type Task, type TaskEvent } from '../../src/index.ts'
import { untilReached } from './careful.ts'
import type { FencedRun } from './fence-audit.ts'
import { steadyNow } from './steady-clock.ts'

/** Cancels some tasks as soon as they are there, and remembers since when each of them is known to be CANCELED. */
export class Canceler {
  readonly #since = new Map<string, number>()
  readonly #asked: Promise<void>[] = []

  /** @param every so many tasks one is canceled */
  constructor(
    private readonly every: number,
    private readonly cancel: (id: string) => Promise<Task>,
  ) {}

  see(events: readonly TaskEvent[]): void {
    for (const { type, task } of events)
      if (type === 'created' && this.#isMeant(task)) this.#asked.push(this.#canceled(task.id))
  }

  /** When all that was asked for is answered. */
  async done(): Promise<void> {
    await Promise.all(this.#asked)
  }

  /** Runs of tasks that were known to be CANCELED before they began, by id. */
  late(runs: readonly FencedRun[]): string[] {
    return runs.filter(({ id, start }) => start > (this.#since.get(id) ?? Infinity)).map(({ id }) => id)
  }

  get count(): number {
    return this.#since.size
  }

  #isMeant({ args, parentId }: Task): boolean {
    const { n } = args as { n?: number }
    return parentId === undefined && n !== undefined && n % this.every === 0
  }

  async #canceled(id: string): Promise<void> {
    try {
      const { state } = await untilReached(() => this.cancel(id))
      if (state === 'CANCELED') this.#since.set(id, steadyNow())
    } catch (error) {
      if (!MajordomoError.is(error) || error.code !== 'task-ended') throw error
    }
  }
}
