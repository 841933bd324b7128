import { StringDecoder } from 'node:string_decoder'

/** A line without an end is handed on in pieces of this many characters, so that it takes no memory. */
const LONGEST = 16_384

/** Makes lines of bytes as they come. Bytes that are no UTF-8 become U+FFFD. */
export class Lines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #tell: (line: string) => void
  #rest = ''

  constructor(tell: (line: string) => void) {
    this.#tell = tell
  }

  add(bytes: Buffer): void {
    const text = this.#rest + this.#decoder.write(bytes)
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#pieces(text, from, end)
      from = end + 1
    }
    while (text.length - from >= LONGEST) {
      this.#tell(text.slice(from, from + LONGEST))
      from += LONGEST
    }
    this.#rest = text.slice(from)
  }

  /** What stands behind the last line end is a line too. */
  end(): void {
    const last = this.#rest + this.#decoder.end()
    this.#rest = ''
    if (last !== '') this.#pieces(last, 0, last.length)
  }

  #pieces(text: string, from: number, end: number): void {
    for (; end - from > LONGEST; from += LONGEST) this.#tell(text.slice(from, from + LONGEST))
    this.#tell(text.slice(from, end))
  }
}
