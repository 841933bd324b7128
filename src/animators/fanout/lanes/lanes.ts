import type { ConnectionPolicy, Prepared } from '../prepared.ts'
import type { Guard } from '../rules/guard.ts'
import { Closer } from './closer.ts'
import { Connector } from './connector.ts'
import { Http1Lane, type LaneOffice } from './http1.ts'
import { Http2Lane } from './http2.ts'
import type { Lane } from './lane.ts'
import { ProxyLane, type ProxyOptions } from './proxy.ts'
import { Sockets } from './sockets.ts'

/** Connections without work are looked through this often, in ms. */
const REAP_EVERY = 500

/** What belongs to one connection policy. */
interface Family {
  readonly connector: Connector
  readonly office: LaneOffice
  readonly byOrigin: Map<string, Lane>
}

/** All connections of a room: lanes by policy and origin, which live on between lists. */
export class Lanes {
  readonly sockets: Sockets
  readonly closer = new Closer()
  readonly #families = new Map<ConnectionPolicy, Family>()
  readonly #guard: Guard
  readonly #proxy: ProxyOptions | undefined
  readonly #freed: () => void
  #reaper: NodeJS.Timeout | undefined
  #allClosed: (() => void) | undefined

  /** @param freed called when a socket was closed, so that another one may be made */
  constructor(parts: {
    guard: Guard
    proxy: ProxyOptions | undefined
    maxConnections: number | undefined
    freed: () => void
  }) {
    this.sockets = new Sockets(parts.maxConnections)
    this.#guard = parts.guard
    this.#proxy = parts.proxy
    this.#freed = parts.freed
  }

  get idle(): number {
    let sum = 0
    for (const { office } of this.#families.values()) sum += office.idle.count
    return sum
  }

  /** The way to where the request goes. */
  to({ connections, origin }: Prepared): Lane {
    let family = this.#families.get(connections)
    if (family === undefined) this.#families.set(connections, (family = this.#family(connections)))
    const key = this.#proxyFor(connections) === undefined ? origin : ''
    let lane = family.byOrigin.get(key)
    if (lane === undefined) family.byOrigin.set(key, (lane = this.#lane(connections, family, origin)))
    this.#reaper ??= setInterval(() => this.#reap(), REAP_EVERY).unref()
    return lane
  }

  #family(policy: ConnectionPolicy): Family {
    return {
      connector: new Connector(policy, this.#guard),
      office: { sockets: this.sockets, closer: this.closer, idle: { count: 0 }, freed: () => this.#closed() },
      byOrigin: new Map(),
    }
  }

  #lane(policy: ConnectionPolicy, { connector, office }: Family, origin: string): Lane {
    const proxy = this.#proxyFor(policy)
    if (proxy !== undefined) return new ProxyLane(proxy, policy, office)
    const http2 = policy.http2 === 'prior-knowledge' || (policy.http2 && origin.startsWith('https:'))
    return new (http2 ? Http2Lane : Http1Lane)(origin, policy, connector, office)
  }

  /** A unix domain socket is of this machine; the guard was asked about it, and not about the host of the URL. */
  #proxyFor({ socketPath }: ConnectionPolicy): ProxyOptions | undefined {
    return socketPath === undefined ? this.#proxy : undefined
  }

  #closed(): void {
    if (this.sockets.open === 0) this.#allClosed?.()
    this.#freed()
  }

  /** Closes some connections without work, so that others can be made in their place: the more the more there are. */
  makeRoom(): void {
    let left = Math.ceil(this.idle / 16)
    this.#eachLane((lane) => {
      if (left > 0) left -= lane.shed(left)
    })
  }

  #reap(): void {
    const now = performance.now()
    for (const [policy, { byOrigin }] of this.#families) {
      for (const [origin, lane] of byOrigin) {
        lane.reap(now)
        if (lane.connections === 0) byOrigin.delete(origin)
      }
      // Nobody has used it for a while, and it holds certificates and keys.
      if (byOrigin.size === 0) this.#families.delete(policy)
    }
    if (this.#families.size === 0) this.#stopReaping()
  }

  #stopReaping(): void {
    clearInterval(this.#reaper)
    this.#reaper = undefined
  }

  #eachLane(visit: (lane: Lane) => void): void {
    for (const { byOrigin } of this.#families.values()) for (const lane of byOrigin.values()) visit(lane)
  }

  /** Closes everything; resolves when the last socket is closed. */
  async close(): Promise<void> {
    this.#stopReaping()
    this.#eachLane((lane) => lane.close())
    if (this.sockets.open > 0) await new Promise<void>((resolve) => (this.#allClosed = resolve))
    this.#families.clear()
  }
}
