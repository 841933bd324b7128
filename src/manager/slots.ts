import type { Operation } from './operation.ts'
import type { Registry } from './registry.ts'

/** A run, as far as its slot goes. However many waits it has under way, it has one slot or none. */
export interface Seated {
  readonly operation: Operation
  /** Whether it has its slot. */
  seated: boolean
  /** Told when it gets a slot; there while it queues for one. */
  grants: (() => void)[] | undefined
  /** Needs none any more. */
  readonly stopped: boolean
}

/** How many runs may go on at once, per operation and in all. A run that waits gives its slot back and queues for another. */
export class Slots {
  running = 0
  readonly #limit: number
  readonly #released: () => void
  /** Oldest first. */
  #returning: Seated[] = []
  #held = false

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

  /** Whoever comes back queues from now on: the room has been promised to a claim. */
  hold(): void {
    this.#held = true
  }

  /** The claim has taken what it takes; the rest is for those who came back meanwhile. */
  unhold(): void {
    this.#held = false
    while (this.#grantNext());
  }

  /** Takes one whether or not there is one: what runs, runs. */
  take(run: Seated): void {
    if (run.seated) return
    run.seated = true
    this.running++
    run.operation.running++
    this.#answer(run)
  }

  /** Gives it back, or no longer queues for one. */
  release(run: Seated): void {
    this.#answer(run)
    if (!run.seated) return
    run.seated = false
    this.running--
    run.operation.running--
    this.#grantNext()
    this.#released()
  }

  /** A slot for a run that comes back from waiting, ahead of new claims. */
  async retake(run: Seated): Promise<void> {
    if (run.seated || run.stopped) return
    if (this.#fits(run)) return this.take(run)
    if (run.grants === undefined) {
      run.grants = []
      this.#returning.push(run)
    }
    await new Promise<void>((grant) => run.grants!.push(grant))
  }

  #answer(run: Seated): void {
    const { grants } = run
    if (grants === undefined) return
    this.#returning.splice(this.#returning.indexOf(run), 1)
    run.grants = undefined
    for (const grant of grants) grant()
  }

  #grantNext(): boolean {
    if (this.#returning.length === 0) return false
    const next = this.#returning.find((run) => this.#fits(run))
    if (next === undefined) return false
    this.take(next)
    return true
  }

  #fits({ operation }: Seated): boolean {
    return !this.#held && this.free > 0 && operation.running < operation.concurrency
  }
}
