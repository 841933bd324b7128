import type { Duration } from '../../core/duration.ts'
import type { Json } from '../../core/json.ts'

/** The methods that are sent; the first five are idempotent (RFC 9110, section 9.2.2). */
export const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH'] as const
export type Method = (typeof METHODS)[number]

/** One request of a list, or the source that the requests of a list are made from. */
export interface FanOutRequest {
  /** Kept on the item; the list's own name and the index by default. 1 to 200 characters. */
  readonly id?: string
  /** `GET` by default. */
  readonly method?: Method
  /** Absolute, `http:` or `https:`. User and password in it are sent as Basic credentials (RFC 7617) and never shown. */
  readonly url: string
  /** Parameters that are added to the URL's query. Their values are never shown. */
  readonly query?: Readonly<Record<string, string>>
  /** Values are never shown. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** At most one of `body`, `bodyBase64` and `json`. */
  readonly body?: string | Uint8Array
  readonly bodyBase64?: string
  /** Sent as JSON, with its Content-Type where the headers name none. */
  readonly json?: Json
  /** A Duration is the whole. */
  readonly timeout?: Duration | Timeouts
  /** A number is the limit. */
  readonly retry?: number | RequestRetry
  readonly transport?: Transport
  readonly tls?: Tls
  /** The most redirects that are followed; 10 by default, 0 to take a redirect as the answer. */
  readonly redirects?: number
  /**
   * Statuses that count as success: numbers, or classes such as `'2xx'`; `['2xx']` by default, and `['2xx', '3xx']`
   * where no redirect is followed.
   */
  readonly success?: readonly (number | string)[]
  readonly keep?: Keep
  /** The name of credentials that the host resolves when the list runs. */
  readonly secret?: string
  /** Passed over, and reported as IGNORED. */
  readonly ignore?: boolean
  /** Whether it may be sent twice; by default GET, HEAD, OPTIONS, PUT and DELETE may, POST and PATCH may not. */
  readonly idempotent?: boolean
}

/** How long a request may take. Absent ones have no limit of their own. */
export interface Timeouts {
  /** From the moment it is its turn to its end, with all retries and waits between them; `'30s'` by default. */
  readonly total?: Duration
  /** Until the connection stands, name resolution included; `'10s'` by default. */
  readonly connect?: Duration
  /** For the TLS handshake; `'10s'` by default. */
  readonly tls?: Duration
  /** From the request's sending to the last header of the response. */
  readonly headers?: Duration
  /** The longest silence within the body. */
  readonly body?: Duration
}

/** When a request is sent again: after a failed connection, 429, and 5xx but not 501. Never after a timeout or a cancel. */
export interface RequestRetry {
  /** The most retries after the first try; 3 by default. */
  readonly limit?: number
  /** The wait before the first retry; `'1s'` by default. */
  readonly backoff?: Duration
  /** What the wait is multiplied by each time; 2 by default. */
  readonly factor?: number
  /** The longest wait by itself; `'5s'` by default. `Retry-After` (RFC 9110, section 10.2.3) may ask for a longer one. */
  readonly maxBackoff?: Duration
  /** The share of each wait that is drawn by lot, 0 to 1; 0.5 by default. */
  readonly jitter?: number
}

/** How connections are made and kept. Requests of one policy share connections, across lists. */
export interface Transport {
  /** False closes each connection after its answer; true by default. */
  readonly keepAlive?: boolean
  /** How long a connection is kept without work; `'60s'` by default. A shorter time that the server announces goes before. */
  readonly idleTimeout?: Duration
  /** The most connections that are kept without work, in all; no limit but that of the process by default. */
  readonly maxIdle?: number
  /** The same, to one origin. */
  readonly maxIdlePerHost?: number
  /** HTTP/2 (RFC 9113) where a TLS server offers it; `'prior-knowledge'` also without TLS. False by default. */
  readonly http2?: boolean | 'prior-knowledge'
  /** The most requests at once on an HTTP/2 connection; 100 by default, fewer where the server says so. */
  readonly maxStreams?: number
  /** Path of a unix domain socket to connect to, whatever the URL's host. */
  readonly socketPath?: string
}

/** PEM texts. There is no way into an insecure connection but `insecure`. */
export interface Tls {
  /** Certificates to trust instead of those of Node. */
  readonly ca?: string | readonly string[]
  readonly cert?: string
  /** Never shown. */
  readonly key?: string
  /** Of the key. Never shown. */
  readonly passphrase?: string
  /** Sent as SNI (RFC 6066) and looked for in the certificate; the URL's host by default. */
  readonly serverName?: string
  /** `'TLSv1.2'` by default. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
  /** Takes any certificate, and marks each item. False by default. */
  readonly insecure?: boolean
}

/** What is kept of a response. */
export interface Keep {
  /** Bytes of the body; 4,096 by default. The rest is not read, or thrown away. */
  readonly body?: number
  /** Names of response headers; none by default. */
  readonly headers?: readonly string[]
}

/** What named credentials add to a request. */
export interface Credentials {
  /**
   * Where they may be sent: origins, host patterns, addresses and ranges, as in the fan-out's own `allow`. Ranges cover URLs with
   * addresses in them only. Everywhere by default; where callers choose targets, they should be told.
   */
  readonly allow?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** Sent as Basic credentials (RFC 7617). */
  readonly username?: string
  readonly password?: string
  /** Sent as a Bearer token (RFC 6750). */
  readonly token?: string
  readonly tls?: Pick<Tls, 'ca' | 'cert' | 'key' | 'passphrase'>
}

/** How a list is run. */
export interface ListOptions {
  /** What the requests leave out. */
  readonly source?: Partial<FanOutRequest>
  /** The most requests in flight; found by itself by default, from how long targets take and how many descriptors the process may have. */
  readonly concurrency?: number
  /** The most requests in flight to one origin; no limit by default. */
  readonly perHost?: number
  /** Stop after the first failure; the same as `maxFailures: 0`. */
  readonly failFast?: boolean
  /** Stop as soon as more than so many have failed; unfinished requests are CANCELED. */
  readonly maxFailures?: number
  /** Bytes of bodies that are kept of all items together; 64 MiB by default. Beyond it bodies are cut to nothing, and marked. */
  readonly maxBodyTotal?: number
  /** Cancels the list. */
  readonly signal?: AbortSignal
}
