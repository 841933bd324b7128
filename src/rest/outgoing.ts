import type { ServerResponse } from 'node:http'
import { once } from 'node:events'

/** An answer that is written bit by bit, no faster than its reader takes it. */
export class Outgoing {
  readonly #response: ServerResponse
  /** Aborts when the reader has left. */
  readonly left: AbortSignal

  constructor(response: ServerResponse, left: AbortSignal) {
    this.#response = response
    this.left = left
  }

  /** Resolves when there is room for more. @throws an AbortError when the reader has left */
  async write(chunk: string | Uint8Array): Promise<void> {
    this.left.throwIfAborted()
    if (!this.#response.write(chunk)) await once(this.#response, 'drain', { signal: this.left })
  }

  /** Writes now, whatever waits already; for what is small and rare. */
  push(chunk: string): void {
    if (!this.left.aborted) this.#response.write(chunk)
  }

  /** The response itself, for a writer that looks after its own backpressure. It has to end it. */
  get response(): ServerResponse {
    return this.#response
  }
}
