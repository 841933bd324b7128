/** What was asked. */
export interface Asking {
  readonly method: string
  readonly target: string
  /** In lower case. */
  headers(): Record<string, string>
  body(): string
}

export type Fields = Readonly<Record<string, string | number>>

/** One request and what is done about it, in HTTP/1.1 or in a stream of HTTP/2. */
export abstract class Exchange implements Asking {
  abstract readonly method: string
  abstract readonly target: string
  abstract headers(): Record<string, string>
  abstract body(): string
  /** 2, or 1 for 1.1. */
  abstract readonly version: 1 | 2

  /** The other side has left, or all was said. */
  over = false
  readonly #farewells: (() => void)[] = []

  /** A whole answer, and the end of the exchange. `closing` says that the connection closes, and closes it. */
  abstract answer(status: number, fields: Fields, body?: string | Buffer, closing?: boolean): void
  /** The head of an answer; without a length it is chunked. */
  abstract begin(status: number, fields: Fields, length?: number): void
  abstract inform(status: number, fields: Fields): boolean
  /** A piece of the body; false where no more should be sent before `drained`. */
  abstract piece(bytes: string | Buffer): boolean
  abstract drained(go: () => void): void
  abstract end(): void
  /** Bytes as they are, where there is such a thing; a stream of HTTP/2 is reset with PROTOCOL_ERROR instead. */
  abstract raw(bytes: string | Buffer): boolean
  /** FIN after what was said (HTTP/2: the stream is reset). */
  abstract close(): void
  /** RST of the connection, or of the stream. */
  abstract reset(): void
  /** The whole connection goes. */
  abstract drop(): void
  /** HTTP/2: REFUSED_STREAM. */
  abstract refuse(): void
  /** No more requests on this connection. */
  abstract goAway(): void
  /** Calls back when nothing more was asked on this connection for so long, ms. */
  abstract whenIdle(after: number, go: () => void): void

  /** When the exchange is over, whoever ended it. */
  onOver(go: () => void): void {
    if (this.over) go()
    else this.#farewells.push(go)
  }

  protected ended(): void {
    if (this.over) return
    this.over = true
    for (const go of this.#farewells) go()
  }
}
