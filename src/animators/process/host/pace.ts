import { LONGEST_LINE } from '../../../files/record/lines.ts'
import type { Reading } from '../../../files/record/reading.ts'
import type { RecordWriter } from '../../../files/record/writer.ts'

/** So far a process may always be ahead, bytes: a reader sees no line before it has its end, or so much of it. */
export const LEAST_AHEAD = 2 * LONGEST_LINE
/** How often it is looked whether a reader has come further, ms. */
const LOOK = 10

/** Has a process wait that would be too far ahead of whoever reads its record: nobody takes what it prints then. */
export class Pace {
  readonly #writer: RecordWriter
  readonly #reading: Reading
  readonly #resume: () => void
  #ahead: number
  #hasMore = false
  #waiting: NodeJS.Timeout | undefined

  /**
   * @param ahead bytes
   * @param resume called when more may be taken
   */
  constructor(writer: RecordWriter, reading: Reading, ahead: number, resume: () => void) {
    this.#writer = writer
    this.#reading = reading
    this.#ahead = ahead
    this.#resume = resume
  }

  /** Whether more may be taken now. If not, it is told when. */
  goesOn(): boolean {
    if (this.#isNear()) return true
    this.#waiting ??= setInterval(() => {
      if (this.#isNear()) this.#goOn()
    }, LOOK)
    return false
  }

  /** It was told to stop: what it says of that has as much room again, whether anybody reads or not. */
  giveMore(): void {
    if (this.#hasMore) return
    this.#hasMore = true
    this.#widen(this.#ahead)
  }

  /** Nothing more is kept, or nobody is left who could wait: what fits into a pipe fits into the record. */
  release(): void {
    this.#widen(Infinity)
  }

  close(): void {
    clearInterval(this.#waiting)
    this.#waiting = undefined
  }

  #isNear(): boolean {
    return this.#isNearTo(this.#reading.place) || this.#isNearTo(this.#reading.look())
  }

  /** What was lost, no reader can come past. */
  #isNearTo(place: number): boolean {
    return this.#writer.behind(place) < this.#ahead
  }

  #widen(bytes: number): void {
    this.#ahead += bytes
    this.#writer.keepMore(bytes)
    if (this.#isNear()) this.#goOn()
  }

  #goOn(): void {
    this.close()
    this.#resume()
  }
}
