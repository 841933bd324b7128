import type { FanOutItem } from '../item.ts'
import type { ListRun } from './list-run.ts'

/**
 * A list of requests that was launched. Its items come as they complete, to one reader: `for await (const item of list) …`, or in
 * batches. A list that nobody reads runs to its end all the same, and keeps its items until it is read.
 */
export class FanOutList implements AsyncIterable<FanOutItem> {
  readonly #run: ListRun

  /** @internal made by `FanOut.launch` */
  constructor(run: ListRun) {
    this.#run = run
  }

  get id(): string {
    return this.#run.plan.id
  }

  /** How many requests it has. */
  get total(): number {
    return this.#run.plan.requests.length
  }

  /** How many of them have ended. */
  get done(): number {
    return this.#run.done
  }

  /** Whether there are requests that have not ended. */
  get running(): boolean {
    return !this.#run.isOver
  }

  /** Resolves when all requests have ended, whether or not their items were read. */
  get ended(): Promise<void> {
    return this.#run.ended
  }

  [Symbol.asyncIterator](): AsyncIterator<FanOutItem, void, undefined> {
    const batches = this.batches()
    let batch: readonly FanOutItem[] = []
    let next = 0
    const step = async (): Promise<IteratorResult<FanOutItem, void>> => {
      while (next === batch.length) {
        const { value, done } = await batches.next()
        if (done === true) return { value: undefined, done }
        batch = value
        next = 0
      }
      return { value: batch[next++]!, done: false }
    }
    let last = Promise.resolve<unknown>(undefined)
    return {
      // An async generator would take three times as long for each of thousands of items.
      next: () => {
        if (next < batch.length) return Promise.resolve({ value: batch[next++]!, done: false })
        const mine = last.then(step)
        last = mine
        return mine
      },
      return: async () => {
        this.#run.items.giveBack(batch.slice(next))
        batch = []
        next = 0
        await batches.return()
        return { value: undefined, done: true }
      },
    }
  }

  /** Items as they complete, all that are there at a time. Cheaper than one by one. */
  async *batches(): AsyncGenerator<readonly FanOutItem[], void, undefined> {
    for (;;) {
      const batch = await this.#run.items.take()
      if (batch === undefined) return
      yield batch
    }
  }

  /** Cancels what has not ended; its items say CANCELED. Other lists, and idle connections, are left alone. */
  cancel(reason = 'the list was canceled'): void {
    this.#run.stop('canceled', reason)
  }

  /** Cancels what has not ended; resolves when all has. */
  async close(): Promise<void> {
    this.cancel('the list was closed')
    await this.#run.ended
  }
}
