import type { Frame } from './frame.ts'

/** The newest frames, by their number, for readers that come back. Frames are numbered from 1 without gaps. */
export class Replay {
  readonly #slots: Frame[] = []
  readonly #capacity: number
  #last = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The number of the newest frame; 0 before the first. */
  get last(): number {
    return this.#last
  }

  push(frame: Frame): void {
    this.#last++
    if (this.#capacity > 0) this.#slots[this.#last % this.#capacity] = frame
  }

  /** The frames after number `seq`, oldest first; undefined when some are gone or `seq` is from elsewhere. */
  after(seq: number): Frame[] | undefined {
    if (!Number.isInteger(seq) || seq > this.#last || seq < 0 || this.#last - seq > this.#capacity)
      return undefined
    const frames: Frame[] = []
    for (let n = seq + 1; n <= this.#last; n++) frames.push(this.#slots[n % this.#capacity]!)
    return frames
  }
}
