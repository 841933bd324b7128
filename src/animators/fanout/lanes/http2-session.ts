import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Http2Lane } from './http2.ts'
import type { Stream } from './http2-stream.ts'

/** One connection and the streams on it. */
export class Session {
  streams = 0
  idleUntil = 0
  /** The server has said how much it takes (SETTINGS, RFC 9113, section 3.4), so that requests can be sent. */
  ready = false
  #limit: number
  #over = false
  /** A request has stopped waiting for it to stand: those that come later wait for another one. */
  #doubtful = false
  #session: ClientHttp2Session | undefined
  readonly #waiting = new Map<Stream, () => void>()
  readonly #socket: Socket
  readonly #exchanges = new Set<Stream>()

  constructor(readonly lane: Http2Lane) {
    const { destination, policy, office } = lane
    const secure = destination.protocol === 'https:'
    const alpn = policy.http2 === 'prior-knowledge' ? ['h2'] : ['h2', 'http/1.1']
    this.#socket = lane.connector.connect(destination, alpn)
    this.#limit = lane.streamsEach
    office.sockets.open++
    this.#socket.once('close', () => {
      office.sockets.open--
      this.#end(new Error('the connection was closed'))
      office.freed()
    })
    this.#socket.on('error', (error) => this.#end(error))
    if (secure) this.#socket.once('connect', () => this.#securing())
    this.#socket.once(secure ? 'secureConnect' : 'connect', () => this.#connected(secure))
  }

  get room(): boolean {
    // Node may end its streams, and so requests, some time before it tells of the session's own end.
    const isEnding = this.#session?.closed === true || this.#session?.destroyed === true
    return !this.#over && !this.#doubtful && !isEnding && this.streams < this.#limit
  }

  #securing(): void {
    for (const stream of this.#exchanges) stream.securing()
  }

  #connected(secure: boolean): void {
    if (this.#over) return
    if (secure && (this.#socket as TLSSocket).alpnProtocol !== 'h2') {
      this.lane.fallBack()
      this.#end(new NoHttp2())
      this.drop()
      return
    }
    const { maxStreams } = this.lane.policy
    const session = http2.connect(this.lane.origin, {
      createConnection: () => this.#socket,
      peerMaxConcurrentStreams: maxStreams,
      settings: { enablePush: false },
    })
    this.#session = session
    session.on('remoteSettings', ({ maxConcurrentStreams = maxStreams }) => {
      this.#limit = Math.min(maxStreams, maxConcurrentStreams)
      if (!this.ready) this.#begin()
    })
    // No more streams on it; those that the server will not answer are closed by Node, each with its error.
    session.on('goaway', () => (this.streams === 0 ? this.drop() : this.#retire()))
    session.on('error', (error) => this.#end(error))
    session.on('close', () => this.#end(new Error('the connection was closed')))
  }

  /** Those that waited begin, as many as the server takes; the others look for another connection. */
  #begin(): void {
    this.ready = true
    this.#doubtful = false
    this.lane.learned(this.#limit)
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    // A server that takes none for now holds them back by itself.
    const most = this.#limit > 0 ? this.#limit : waiting.length
    for (const [stream] of waiting.slice(most)) stream.failed(new NoStream())
    for (const [, begin] of waiting.slice(0, most)) begin()
  }

  /** Calls when the connection stands; never, where that fails. */
  whenReady(stream: Stream, begin: () => void): void {
    if (this.ready) begin()
    else this.#waiting.set(stream, begin)
  }

  request(headers: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream {
    const session = this.#session!
    if (this.streams === 1) session.ref()
    return session.request(headers, { endStream })
  }

  hold(stream: Stream): void {
    if (this.ready && this.streams === 0) this.lane.office.idle.count--
    this.streams++
    this.#exchanges.add(stream)
  }

  leave(stream: Stream): void {
    if (!this.#exchanges.delete(stream)) return
    this.#waiting.delete(stream)
    this.streams--
    if (!this.ready) this.#doubtful = true
    if (this.streams > 0) return
    // Nobody waits any more for one that does not stand, and one that a GOAWAY has retired had its last stream.
    if (!this.ready || this.#over) {
      this.drop()
      return
    }
    this.idleUntil = performance.now() + this.lane.policy.idleTimeout
    this.#session?.unref()
    this.lane.rests(this)
  }

  /** Closes the connection, and whatever is on it. */
  drop(): void {
    this.#retire()
    this.lane.office.closer.add(this)
  }

  /** For the closer. After a GOAWAY Node would wait for the other side to close the socket, and it may never. */
  destroy(): void {
    this.#session?.destroy()
    this.#socket.destroy()
  }

  /** Takes no more streams. */
  #retire(): void {
    if (this.#over) return
    if (this.ready && this.streams === 0) this.lane.office.idle.count--
    this.#over = true
    this.lane.gone(this)
  }

  #end(error: Error): void {
    this.#retire()
    this.#waiting.clear()
    const exchanges = [...this.#exchanges]
    this.#exchanges.clear()
    for (const stream of exchanges) stream.failed(error)
  }
}

/** The server took the connection, but not for HTTP/2: the request was not sent, and goes again by HTTP/1.1. */
export class NoHttp2 extends Error {
  readonly code = 'NO_HTTP2'
  constructor() {
    super('the server does not speak HTTP/2')
  }
}

/** The server takes fewer streams than wait for the connection: the request was not sent, and goes again at once. */
export class NoStream extends Error {
  readonly code = 'NO_STREAM'
  constructor() {
    super('the server takes no more streams on this connection')
  }
}
