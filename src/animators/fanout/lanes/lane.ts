import type { Dispatcher } from 'undici'
import type { Prepared } from '../prepared.ts'

/** What hears of one exchange; undici's own form, so that nothing stands between them. */
export interface Exchange extends Dispatcher.DispatchHandler {
  /** The connection stands, and its TLS handshake begins. */
  securing(): void
}

/** A way to one origin under one connection policy. */
export interface Lane {
  /** A line for one exchange, reused or new; undefined while no connection may be made. */
  take(now: number): Line | undefined
  /** How many connections it has; one that has none is forgotten. */
  readonly connections: number
  /** Closes what has been idle for too long. */
  reap(now: number): void
  /** Closes connections without work, those first that had none for the longest; answers how many. */
  shed(most: number): number
  /** Closes everything that is idle, now and later. */
  close(): void
}

/** One exchange's hold on a connection, or on a stream of one. */
export interface Line {
  /** The connection stood already when the exchange began. */
  readonly reused: boolean
  begin(request: Prepared, exchange: Exchange): void
  /** The server announced how long it keeps an idle connection, in ms. */
  keptFor(ms: number): void
  /** The response was read to its end: the connection may serve again. */
  release(now: number): void
  /** The exchange ends here: closes its own connection or stream, and nothing else. */
  drop(): void
}
