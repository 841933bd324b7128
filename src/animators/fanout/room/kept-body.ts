/** How many bytes of bodies a list may still keep: those of its items, and those of responses that are under way. */
export class BodyBudget {
  left: number

  constructor(bytes: number) {
    this.left = bytes
  }

  /** @returns how many of the bytes may be kept; they are taken */
  take(bytes: number): number {
    const granted = Math.min(bytes, this.left)
    this.left -= granted
    return granted
  }

  giveBack(bytes: number): void {
    this.left += bytes
  }
}

const LEAST = 64

/**
 * What is kept of one response's body. It is copied together, because a chunk may be one byte of a body, and hold a whole block of memory
 * that was read: the target says how large chunks are, and must not say how much memory that takes.
 */
export class KeptBody {
  length = 0
  #bytes: Buffer | undefined
  #full = false
  readonly #most: number
  readonly #budget: BodyBudget

  constructor(most: number, budget: BodyBudget) {
    this.#most = most
    this.#budget = budget
  }

  get bytes(): Buffer | undefined {
    return this.#bytes?.subarray(0, this.length)
  }

  /** Keeps as much of it as may be. */
  add(chunk: Buffer): void {
    if (this.#full) return
    const granted = this.#budget.take(Math.min(chunk.length, this.#most - this.length))
    // Nothing after a gap, even if others give back what they had.
    this.#full = granted < chunk.length
    if (granted === 0) return
    const part = granted === chunk.length ? chunk : chunk.subarray(0, granted)
    if (this.#bytes === undefined && granted * 2 >= chunk.buffer.byteLength) this.#bytes = part
    else this.#roomFor(this.length + granted).set(part, this.length)
    this.length += granted
  }

  #roomFor(length: number): Buffer {
    const bytes = this.#bytes
    if (bytes !== undefined && bytes.length >= length) return bytes
    const larger = Buffer.allocUnsafe(Math.min(this.#most, Math.max(length, 2 * (bytes?.length ?? 0), LEAST)))
    if (bytes !== undefined) larger.set(bytes)
    this.#bytes = larger
    return larger
  }

  /** Nobody needs it. */
  discard(): void {
    this.#budget.giveBack(this.length)
    this.length = 0
    this.#bytes = undefined
  }
}
