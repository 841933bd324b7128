import type { Socket } from 'node:net'
import { Client, type buildConnector } from 'undici'
import type { ConnectionPolicy, Prepared } from '../prepared.ts'
import type { Closer } from './closer.ts'
import { destinationOf, type Destination } from '../rules/destination.ts'
import type { Connector } from './connector.ts'
import { IdleList } from './idle-list.ts'
import type { Exchange, Lane, Line } from './lane.ts'
import type { Sockets } from './sockets.ts'

const DAY = 86_400_000

/**
 * undici would close idle connections by itself, all that are due in one turn, and take the server's announcement less its
 * threshold for the time: with these it never does, because here they are closed in slices.
 */
const NEVER_CLOSES_BY_ITSELF = {
  keepAliveTimeout: DAY,
  keepAliveMaxTimeout: DAY,
  keepAliveTimeoutThreshold: -DAY,
}

/** What a lane shares with all others of its room. */
export interface LaneOffice {
  readonly sockets: Sockets
  readonly closer: Closer
  /** Connections without work, in all lanes of one policy. */
  readonly idle: { count: number }
  /** A socket was closed, so another one may be made. */
  freed(): void
}

/**
 * HTTP/1.1 to one origin: a stack of connections, each an undici Client of its own. (A Pool looks through all of its
 * connections for a free one with each request, which is half of the work where there are thousands.)
 */
export class Http1Lane implements Lane {
  connections = 0
  readonly #idle = new IdleList<Connection>()
  readonly destination: Destination

  constructor(
    readonly origin: string,
    readonly policy: ConnectionPolicy,
    readonly connector: Connector,
    readonly office: LaneOffice,
  ) {
    this.destination = destinationOf(origin)
  }

  take(now: number): Line | undefined {
    const connection = this.#idle.take(now)
    if (connection !== undefined) {
      this.office.idle.count--
      return connection.again()
    }
    return this.office.sockets.room ? new Connection(this) : undefined
  }

  /** The connection has nothing to do. */
  put(connection: Connection): void {
    const { policy, office } = this
    if (
      !policy.keepAlive ||
      office.idle.count >= policy.maxIdle ||
      this.#idle.size >= policy.maxIdlePerHost
    ) {
      connection.drop()
      return
    }
    office.idle.count++
    this.#idle.put(connection)
  }

  /** The connection is closed. */
  lost(connection: Connection): void {
    this.connections--
    if (this.#idle.remove(connection)) this.office.idle.count--
  }

  reap(now: number): void {
    this.#drop(this.#idle.expired(now))
  }

  shed(most: number): number {
    const connections = this.#idle.oldest(most)
    this.#drop(connections)
    return connections.length
  }

  close(): void {
    this.shed(this.#idle.size)
  }

  #drop(connections: readonly Connection[]): void {
    this.office.idle.count -= connections.length
    for (const connection of connections) connection.drop()
  }
}

/** One connection and its undici Client. */
export class Connection implements Line {
  reused = false
  /** When it is to be closed if nothing was to do until then. */
  idleUntil = 0
  idlePlace = -1
  #socket: Socket | undefined
  #exchange: Exchange | undefined
  #keptFor: number
  #dropped = false
  readonly #client: Client
  readonly #lane: Http1Lane

  constructor(lane: Http1Lane) {
    this.#lane = lane
    this.#keptFor = lane.policy.idleTimeout
    this.#client = new Client(lane.origin, {
      ...NEVER_CLOSES_BY_ITSELF,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, ready) => this.#connect(ready),
    })
  }

  /** The other side has not closed it, as far as is known. */
  get alive(): boolean {
    return this.#socket !== undefined && !this.#socket.destroyed
  }

  again(): this {
    this.reused = true
    return this
  }

  begin(request: Prepared, exchange: Exchange): void {
    this.#exchange = exchange
    const { path, method, headers, body } = request
    this.#client.dispatch(
      { path, method, headers: headers as string[], body, reset: !this.#lane.policy.keepAlive },
      exchange,
    )
  }

  keptFor(ms: number): void {
    this.#keptFor = Math.min(ms, this.#lane.policy.idleTimeout)
  }

  release(now: number): void {
    this.#exchange = undefined
    this.idleUntil = now + this.#keptFor
    this.#lane.put(this)
  }

  drop(): void {
    if (this.#dropped) return
    this.#dropped = true
    this.#exchange = undefined
    if (this.#socket !== undefined && !this.#socket.destroyed) this.#lane.office.closer.add(this.#socket)
  }

  #connect(ready: buildConnector.Callback): void {
    const { connector, destination, office } = this.#lane
    // A connection that was closed between two requests is not made anew in secret: its line ends with it.
    if (this.#socket !== undefined || this.#dropped) {
      ready(new ConnectionGone(), null)
      return
    }
    const socket = connector.connect(destination, ['http/1.1'])
    this.#socket = socket
    office.sockets.open++
    this.#lane.connections++
    socket.once('close', () => {
      office.sockets.open--
      this.#lane.lost(this)
      office.freed()
    })
    const failed = (error: Error): void => ready(error, null)
    socket.once('error', failed)
    const secure = destination.protocol === 'https:'
    if (secure) socket.once('connect', () => this.#exchange?.securing())
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      // What has ended before it was sent must not be sent while the socket waits to be closed.
      if (this.#dropped) return
      socket.off('error', failed)
      ready(null, socket)
    })
  }
}

/** The connection ended while it had nothing to do, just before it was to serve again; nothing was sent. */
export class ConnectionGone extends Error {
  readonly code = 'ECONNRESET'
  constructor() {
    super('the connection was closed before the request was sent')
  }
}
