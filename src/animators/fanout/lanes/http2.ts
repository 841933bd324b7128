import type { ConnectionPolicy } from '../prepared.ts'
import { destinationOf, type Destination } from '../rules/destination.ts'
import type { Connector } from './connector.ts'
import { Http1Lane, type LaneOffice } from './http1.ts'
import { Session } from './http2-session.ts'
import { Stream } from './http2-stream.ts'
import type { Lane, Line } from './lane.ts'

/**
 * HTTP/2 (RFC 9113) to one origin, on Node's own client: undici's sends requests that are not idempotent one after the other, and
 * gives up all that are on their way when a server says GOAWAY. A server that turns out not to speak
 * HTTP/2 gets an {@link Http1Lane}.
 */
export class Http2Lane implements Lane {
  #sessions: Session[] = []
  #fallback: Http1Lane | undefined
  /** How many streams a new connection will take, as far as is known. */
  streamsEach: number
  readonly destination: Destination

  constructor(
    readonly origin: string,
    readonly policy: ConnectionPolicy,
    readonly connector: Connector,
    readonly office: LaneOffice,
  ) {
    this.destination = destinationOf(origin)
    this.streamsEach = policy.maxStreams
  }

  get connections(): number {
    return this.#sessions.length + (this.#fallback?.connections ?? 0)
  }

  take(now: number): Line | undefined {
    if (this.#fallback !== undefined) return this.#fallback.take(now)
    const session = this.#sessions.find(({ room }) => room) ?? this.#opened()
    return session && new Stream(session)
  }

  #opened(): Session | undefined {
    if (!this.office.sockets.room) return undefined
    const session = new Session(this)
    // The newest first, so that the full ones are not looked at each time.
    this.#sessions.unshift(session)
    return session
  }

  /** The server takes so many streams on each connection; none is for now only. */
  learned(streams: number): void {
    if (streams > 0) this.streamsEach = streams
  }

  /** The server speaks only HTTP/1.1. */
  fallBack(): void {
    this.#fallback ??= new Http1Lane(this.origin, this.policy, this.connector, this.office)
  }

  gone(session: Session): void {
    this.#sessions = this.#sessions.filter((other) => other !== session)
  }

  /** The session has no streams: kept, or closed where there are enough. */
  rests(session: Session): void {
    const { policy, office } = this
    office.idle.count++
    const idle = this.#sessions.filter(({ streams }) => streams === 0).length
    if (!policy.keepAlive || office.idle.count > policy.maxIdle || idle > policy.maxIdlePerHost)
      session.drop()
  }

  reap(now: number): void {
    for (const session of this.#sessions)
      if (session.streams === 0 && session.idleUntil <= now) session.drop()
    this.#fallback?.reap(now)
  }

  shed(most: number): number {
    const idle = this.#sessions.filter(({ ready, streams }) => ready && streams === 0).slice(-most)
    for (const session of idle) session.drop()
    return idle.length + (this.#fallback?.shed(most - idle.length) ?? 0)
  }

  close(): void {
    for (const session of this.#sessions) session.drop()
    this.#fallback?.close()
  }
}
