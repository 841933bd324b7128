import type { Frame } from './frame.ts'

/** The newest frames, in the order in which they were told, for readers that come back. */
export class Replay {
  readonly #slots: Frame[] = []
  readonly #capacity: number
  /** How many frames had been told once the one with this id was; for every frame behind which nothing is gone. */
  readonly #numbers = new Map<string, number>()
  #last: string
  #told = 0

  /** @param start the id of the place before the first frame */
  constructor(capacity: number, start: string) {
    this.#capacity = capacity
    this.#last = start
    this.#numbers.set(start, 0)
  }

  /** How many frames there were. */
  get told(): number {
    return this.#told
  }

  /** The id of the newest frame. */
  get last(): string {
    return this.#last
  }

  has(id: string): boolean {
    return this.#numbers.has(id)
  }

  push(frame: Frame): void {
    this.#told++
    this.#last = frame.id
    this.#numbers.set(frame.id, this.#told)
    if (this.#capacity > 0) this.#slots[this.#told % this.#capacity] = frame
    if (this.#numbers.size > this.#capacity + 1) {
      const [oldest] = this.#numbers.keys()
      this.#numbers.delete(oldest!)
    }
  }

  /** The frames after the one with this id, oldest first; undefined when some are gone or the id is from elsewhere. */
  after(id: string): Frame[] | undefined {
    const number = this.#numbers.get(id)
    if (number === undefined) return undefined
    const frames: Frame[] = []
    for (let n = number + 1; n <= this.#told; n++) frames.push(this.#slots[n % this.#capacity]!)
    return frames
  }
}
