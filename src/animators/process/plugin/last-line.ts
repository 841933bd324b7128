import { cutLines } from './cut-lines.ts'

/** Of a line, bytes; it is told in an error's message. */
const LONGEST = 1_000

/** The last line with anything in it of what a process prints: mostly why it failed. Keeps no more than that line's beginning. */
export class LastLine {
  #line: Buffer = Buffer.alloc(0)
  #last = ''

  add(bytes: Uint8Array): void {
    cutLines(
      bytes,
      (part) => this.#keep(part),
      () => this.#ended(),
    )
  }

  /** Undefined where there was none. */
  get text(): string | undefined {
    this.#ended()
    return this.#last === '' ? undefined : this.#last
  }

  #keep(bytes: Uint8Array): void {
    const room = LONGEST - this.#line.length
    if (room > 0 && bytes.length > 0) this.#line = Buffer.concat([this.#line, bytes.subarray(0, room)])
  }

  #ended(): void {
    const text = this.#line.toString('utf8').trim()
    if (text !== '') this.#last = text
    this.#line = Buffer.alloc(0)
  }
}
