import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { IncomingHttpHeaders } from 'node:http2'
import type { Duplex } from 'node:stream'
import { Exchange, type Fields } from './exchange.ts'
import type { Connection } from './http1.ts'
import type { Tally } from './tally.ts'

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_REFUSED_STREAM } = constants

export class Http2Connection implements Connection {
  readonly session: ServerHttp2Session
  #served = 0
  #streams = 0

  constructor(
    socket: Duplex,
    maxStreams: number,
    readonly reset: () => void,
    readonly tally: Tally,
    behave: (exchange: Exchange) => void,
  ) {
    this.session = performServerHandshake(socket, {
      settings: { maxConcurrentStreams: maxStreams },
      // What one of ours resets on purpose, many at once, is no attack.
      maxSessionInvalidFrames: 1_000_000,
      maxSessionRejectedStreams: 1_000_000,
      // Megabytes. Node goes on counting some of what was in streams that the other side reset, and then takes no more of them.
      maxSessionMemory: 10_000,
    })
    this.session.on('error', () => undefined)
    this.session.on('stream', (stream, headers) => {
      const body: Buffer[] = []
      this.tally.add('requests')
      if (this.#served++ > 0) this.tally.add('reused')
      this.tally.level('inFlight', 1)
      this.#streams++
      const exchange = new Http2Exchange(this, stream, headers, body)
      stream.on('error', () => undefined)
      stream.on('close', () => {
        if (stream.rstCode === NGHTTP2_CANCEL) this.tally.add('streamResets')
        this.#streams--
        this.tally.level('inFlight', -1)
        exchange.left()
      })
      stream.on('data', (bytes: Buffer) => body.push(bytes)).on('end', () => behave(exchange))
    })
  }

  get idle(): boolean {
    return this.#streams === 0
  }

  get served(): number {
    return this.#served
  }

  close(): void {
    this.session.close()
  }
}

class Http2Exchange extends Exchange {
  readonly version = 2

  constructor(
    private readonly connection: Http2Connection,
    private readonly stream: ServerHttp2Stream,
    private readonly fields: IncomingHttpHeaders,
    private readonly pieces: readonly Buffer[],
  ) {
    super()
  }

  get method(): string {
    return String(this.fields[':method'])
  }

  get target(): string {
    return String(this.fields[':path'])
  }

  get #bare(): boolean {
    return this.method === 'HEAD'
  }

  headers(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.fields).map(([name, value]) => [name, String(value)]))
  }

  body(): string {
    return Buffer.concat(this.pieces).toString()
  }

  answer(status: number, fields: Fields, body: string | Buffer = '', closing = false): void {
    if (this.stream.destroyed) return
    const none = status === 204 || status === 304
    const length = none ? {} : { 'content-length': Buffer.byteLength(body) }
    const endStream = none || this.#bare
    this.stream.respond({ ':status': status, ...length, ...fields }, { endStream })
    if (!endStream) this.stream.end(body)
    if (closing) this.goAway()
  }

  begin(status: number, fields: Fields, length?: number): void {
    if (this.stream.destroyed) return
    const more = length === undefined ? {} : { 'content-length': length }
    this.stream.respond({ ':status': status, ...more, ...fields })
  }

  inform(status: number, fields: Fields): boolean {
    if (!this.stream.destroyed) this.stream.additionalHeaders({ ':status': status, ...fields })
    return true
  }

  piece(bytes: string | Buffer): boolean {
    return this.stream.destroyed || this.#bare || this.stream.write(bytes)
  }

  drained(go: () => void): void {
    this.stream.once('drain', go)
  }

  end(): void {
    this.stream.end()
  }

  raw(): boolean {
    this.stream.close(NGHTTP2_PROTOCOL_ERROR)
    return true
  }

  close(): void {
    this.reset()
  }

  reset(): void {
    this.stream.close(NGHTTP2_INTERNAL_ERROR)
  }

  drop(): void {
    this.connection.session.destroy()
  }

  refuse(): void {
    this.stream.close(NGHTTP2_REFUSED_STREAM)
  }

  goAway(): void {
    this.connection.close()
  }

  whenIdle(after: number, go: () => void): void {
    const { served, session } = this.connection
    const timer = setTimeout(() => {
      if (this.connection.served === served && this.connection.idle) go()
    }, after)
    session.once('close', () => clearTimeout(timer))
  }

  left(): void {
    this.ended()
  }
}
