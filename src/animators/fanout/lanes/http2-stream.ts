import http2, { type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import type { Dispatcher } from 'undici'
import type { Prepared } from '../prepared.ts'
import type { Session } from './http2-session.ts'
import type { Exchange, Line } from './lane.ts'

/** One exchange on a session. */
export class Stream implements Line {
  readonly reused: boolean
  #exchange: Exchange | undefined
  #stream: ClientHttp2Stream | undefined
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
    this.reused = session.ready
    session.hold(this)
  }

  begin(request: Prepared, exchange: Exchange): void {
    this.#exchange = exchange
    this.#session.whenReady(this, () => this.#send(request, exchange))
  }

  #send({ method, path, origin, headers, body }: Prepared, exchange: Exchange): void {
    const controller = new StreamController(this)
    let stream: ClientHttp2Stream
    try {
      stream = this.#session.request(headersOf(method, path, origin, headers), body === null)
    } catch (error) {
      this.failed(error as Error)
      return
    }
    this.#stream = stream
    exchange.onRequestStart?.(controller, undefined)
    stream.on('response', (received) => {
      const { ':status': status = 0, ...rest } = received
      this.#exchange?.onResponseStart?.(controller, status, rest)
    })
    stream.on('data', (chunk: Buffer) => this.#exchange?.onResponseData?.(controller, chunk))
    stream.on('end', () => {
      if (stream.rstCode === 0) this.#exchange?.onResponseEnd?.(controller, {})
    })
    stream.on('error', (error) =>
      this.failed(stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM ? new Unprocessed() : error),
    )
    stream.on('close', () => this.failed(new Error('the stream was closed before the response ended')))
    if (body !== null) stream.end(body)
  }

  securing(): void {
    this.#exchange?.securing()
  }

  failed(error: Error): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#session.leave(this)
    exchange?.onResponseError?.(new StreamController(this), error)
  }

  keptFor(): void {
    // Keep-Alive is not of HTTP/2 (RFC 9113, section 8.2.2).
  }

  release(): void {
    this.#exchange = undefined
    this.#session.leave(this)
  }

  drop(): void {
    this.#exchange = undefined
    this.#stream?.close(http2.constants.NGHTTP2_CANCEL)
    this.#session.leave(this)
  }
}

/** The server says that it has done nothing for the request (RFC 9113, section 8.7); after GOAWAY, Node says it for the server. */
export class Unprocessed extends Error {
  readonly code = 'UNPROCESSED'
  constructor() {
    super('the server did not take the request')
  }
}

class StreamController implements Dispatcher.DispatchController {
  readonly paused = false
  readonly reason = null
  aborted = false
  readonly #stream: Stream
  constructor(stream: Stream) {
    this.#stream = stream
  }
  abort(): void {
    this.aborted = true
    this.#stream.drop()
  }
  pause(): void {}
  resume(): void {}
}

function headersOf(
  method: string,
  path: string,
  origin: string,
  flat: readonly string[],
): OutgoingHttpHeaders {
  const { protocol, host } = new URL(origin)
  const headers: Record<string, string | string[]> = {
    ':method': method,
    ':path': path,
    ':scheme': protocol.slice(0, -1),
    ':authority': host,
  }
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i]!.toLowerCase()
    const value = flat[i + 1]!
    const before = headers[name]
    headers[name] = before === undefined ? value : [before, value].flat()
  }
  return headers
}
