import type { Outgoing } from './outgoing.ts'

/** As much as is written at once, in characters or bytes. */
const CHUNK = 65_536

/**
 * Gathers small pieces into chunks, so that ten thousand lines are not ten thousand writes. What was gathered in one turn of
 * the event loop is written at its end, so nothing waits for what comes after it.
 */
export class Gathering {
  readonly #to: Outgoing
  #text = ''
  /** What stands before the text, where some of it is no text. */
  #bytes: Uint8Array[] = []
  #size = 0
  #turn: NodeJS.Immediate | undefined
  #writing: Promise<void> | undefined

  constructor(to: Outgoing) {
    this.#to = to
  }

  /** A promise where the reader has to be waited for; it rejects with an AbortError when the reader has left. */
  add(piece: string | Uint8Array): Promise<void> | undefined {
    if (typeof piece === 'string') this.#text += piece
    else {
      this.#settle()
      this.#bytes.push(piece)
    }
    this.#size += piece.length
    if (this.#size >= CHUNK) return this.flush()
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined
      // Whoever adds the next piece, or ends, hears what went wrong.
      this.flush().catch(() => {})
    })
    return this.#writing
  }

  /** Writes what was gathered. Resolves when there is room for more. */
  async flush(): Promise<void> {
    clearImmediate(this.#turn)
    this.#turn = undefined
    if (this.#size > 0) {
      const writing = this.#to.write(this.#taken()).finally(() => {
        if (this.#writing === writing) this.#writing = undefined
      })
      this.#writing = writing
    }
    await this.#writing
  }

  /** Drops what was not written. */
  close(): void {
    clearImmediate(this.#turn)
  }

  #settle(): void {
    if (this.#text !== '') this.#bytes.push(Buffer.from(this.#text))
    this.#text = ''
  }

  #taken(): string | Uint8Array {
    const onlyText = this.#bytes.length === 0
    if (!onlyText) this.#settle()
    const taken = onlyText ? this.#text : Buffer.concat(this.#bytes)
    this.#text = ''
    this.#bytes = []
    this.#size = 0
    return taken
  }
}
