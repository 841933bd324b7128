import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { once } from 'node:events'
import type { ChildOptions, Kind, ListenerInfo } from '../protocol.ts'
import type { Exchange } from './exchange.ts'
import { Http1Connection, type Connection } from './http1.ts'
import { Http2Connection } from './http2.ts'
import type { Tally } from './tally.ts'

/** As many as the kernel takes may wait to be accepted, because thousands come at once. */
const BACKLOG = 65_535

/** One address and port, and the connections to it. */
export class Listener {
  readonly #connections = new Map<Socket, Connection | undefined>()

  private constructor(
    private readonly kind: Kind,
    private readonly options: ChildOptions,
    private readonly tally: Tally,
    private readonly behave: (exchange: Exchange) => void,
    private readonly server: Server,
  ) {
    const opened = isTls(kind)
      ? this.#handshakes()
      : (socket: Socket) => this.#speak(socket, socket, kind === 'h2c')
    server.on('connection', (socket: Socket) => {
      this.#accepted(socket)
      opened(socket)
    })
  }

  static async listening(
    kind: Kind,
    address: string,
    options: ChildOptions,
    tally: Tally,
    behave: (exchange: Exchange) => void,
  ): Promise<Listener> {
    const listener = new Listener(kind, options, tally, behave, createServer({ noDelay: true }))
    if (kind === 'unix') listener.server.listen({ path: address, backlog: BACKLOG })
    else listener.server.listen({ host: address, port: 0, backlog: BACKLOG })
    await once(listener.server, 'listening')
    return listener
  }

  get info(): ListenerInfo {
    const at = this.server.address() as AddressInfo | string
    return typeof at === 'string'
      ? { kind: this.kind, address: at, port: 0 }
      : { kind: this.kind, address: at.address, port: at.port }
  }

  closeIdle(): number {
    const idle = [...this.#connections.values()].filter((connection) => connection?.idle)
    for (const connection of idle) connection!.close()
    return idle.length
  }

  resetAll(): number {
    const all = [...this.#connections.keys()]
    for (const socket of all) this.#reset(socket)
    return all.length
  }

  #accepted(socket: Socket): void {
    this.#connections.set(socket, undefined)
    this.tally.add('accepted')
    this.tally.level('open', 1)
    socket.on(
      'error',
      (error: NodeJS.ErrnoException) => error.code === 'ECONNRESET' && this.tally.add('resets'),
    )
    socket.on('close', () => {
      this.#connections.delete(socket)
      this.tally.level('open', -1)
    })
  }

  #reset(socket: Socket): void {
    if (this.kind === 'unix') socket.destroy()
    else socket.resetAndDestroy()
  }

  #speak(socket: Socket, raw: Socket, http2: boolean): void {
    const reset = (): void => this.#reset(raw)
    const connection = http2
      ? new Http2Connection(socket, this.options.maxStreams, reset, this.tally, this.behave)
      : new Http1Connection(socket, reset, this.tally, this.behave)
    this.#connections.set(raw, connection)
  }

  /** What becomes of accepted sockets: a TLS server of its own, which never listens, shakes hands with them. */
  #handshakes(): (socket: Socket) => void {
    const raws = new Map<number | undefined, Socket>()
    const file = (name: string): Buffer => readFileSync(join(this.options.folder, name))
    const server = createTlsServer({
      cert: file('server.pem'),
      key: file('server.key'),
      ALPNProtocols: this.kind === 'h2' ? ['h2', 'http/1.1'] : ['http/1.1'],
      ...(this.kind === 'mtls' && { requestCert: true, rejectUnauthorized: true, ca: file('ca.pem') }),
    })
    server.on('tlsClientError', () => undefined)
    server.on('secureConnection', (socket: TLSSocket) => {
      this.tally.add('handshakes')
      if (socket.isSessionReused()) this.tally.add('resumed')
      // Told and counted on the socket below.
      socket.on('error', () => undefined)
      this.#speak(socket, raws.get(socket.remotePort)!, socket.alpnProtocol === 'h2')
    })
    return (raw) => {
      const port = raw.remotePort
      raws.set(port, raw)
      raw.on('close', () => raws.delete(port))
      server.emit('connection', raw)
    }
  }
}

function isTls(kind: Kind): boolean {
  return kind === 'https' || kind === 'mtls' || kind === 'h2'
}
