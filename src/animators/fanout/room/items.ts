import type { FanOutItem } from '../item.ts'

/** Items on their way to the one who reads them. */
export class Items {
  #waiting: FanOutItem[] = []
  #ended = false
  #reader: (() => void) | undefined

  add(item: FanOutItem): void {
    this.#waiting.push(item)
  }

  /** They were taken, and not read. */
  giveBack(items: readonly FanOutItem[]): void {
    this.#waiting = [...items, ...this.#waiting]
    this.deliver()
  }

  /** No more will come. */
  end(): void {
    this.#ended = true
    this.deliver()
  }

  /** Wakes the reader; not done for each item, so that batches are large when many complete. */
  deliver(): void {
    if (this.#reader === undefined || (this.#waiting.length === 0 && !this.#ended)) return
    const wake = this.#reader
    this.#reader = undefined
    wake()
  }

  /** All that have come since the last call, as soon as there are some; undefined at the end. */
  async take(): Promise<readonly FanOutItem[] | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#ended) return undefined
      await new Promise<void>((resolve) => {
        // A second reader takes what comes next, as with any queue.
        const before = this.#reader
        this.#reader = () => {
          before?.()
          resolve()
        }
      })
    }
    const batch = this.#waiting
    this.#waiting = []
    return batch
  }
}
