import type { Operation } from './operation.ts'
import type { Registry } from './registry.ts'

/** How many runs may go on at once, per operation and in all. A run that waits gives its slot back and queues for another. */
export class Slots {
  running = 0
  readonly #limit: number
  readonly #released: () => void
  #returning: { readonly operation: Operation; readonly grant: () => void }[] = []

  constructor(limit: number, released: () => void) {
    this.#limit = limit
    this.#released = released
  }

  /** In all. */
  get free(): number {
    return this.#limit - this.running
  }

  /** Free slots by operation, of those that have any. */
  room(registry: Registry): Map<string, number> {
    const room = new Map<string, number>()
    for (const operation of registry.all()) {
      const free = Math.min(this.free, operation.concurrency - operation.running)
      if (free > 0) room.set(operation.name, free)
    }
    return room
  }

  /** Takes one whether or not there is one: what runs, runs. */
  take(operation: Operation): void {
    this.running++
    operation.running++
  }

  release(operation: Operation): void {
    this.running--
    operation.running--
    this.#grantWaiting()
    this.#released()
  }

  /** A slot for a run that comes back from waiting, ahead of new claims. */
  async retake(operation: Operation): Promise<void> {
    if (!this.#fits(operation)) await new Promise<void>((grant) => this.#returning.push({ operation, grant }))
    else this.take(operation)
  }

  #grantWaiting(): void {
    const index = this.#returning.findIndex(({ operation }) => this.#fits(operation))
    if (index < 0) return
    const [next] = this.#returning.splice(index, 1)
    this.take(next!.operation)
    next!.grant()
  }

  #fits(operation: Operation): boolean {
    return this.free > 0 && operation.running < operation.concurrency
  }
}
