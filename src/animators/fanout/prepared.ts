import type { RetryPolicy } from '../../core/retry.ts'
import type { Method } from './request.ts'
import type { Statuses } from './rules/statuses.ts'

/** A request as the engine room uses it: complete, checked, and sharing with its neighbours whatever is the same. */
export interface Prepared {
  readonly index: number
  readonly id: string
  readonly method: Method
  /** The URL as it may be shown. */
  readonly shown: string
  /** Scheme, host and port, as a URL without path; where a connection leads. */
  readonly origin: string
  /** Path and query, as they are sent. */
  readonly path: string
  /** Name, value, name, value …; complete but for Host and Content-Length. */
  readonly headers: readonly string[]
  readonly body: string | Uint8Array | null
  /** The same object for all that have the same policy. */
  readonly policy: Policy
  /** The same object for all that may share connections. */
  readonly connections: ConnectionPolicy
  readonly idempotent: boolean
  readonly ignore: boolean
  readonly secret: string | undefined
  /** Why it cannot be sent at all, where that was only found out when it was its turn. */
  readonly fault?: string
  /** The same before named credentials were added, where they were: what may go to another origin. */
  readonly plain?: Prepared
  /** Parameters whose values are hidden wherever a redirect brings them up again. */
  readonly hidden?: readonly string[]
}

/** Durations in milliseconds; Infinity for no limit. */
export interface Policy {
  readonly total: number
  readonly connect: number
  readonly tls: number
  readonly headers: number
  readonly body: number
  readonly retry: RetryPolicy
  readonly redirects: number
  readonly success: Statuses
  /** Bytes of the body. */
  readonly keepBody: number
  /** Names in lower case. */
  readonly keepHeaders: readonly string[]
}

export interface ConnectionPolicy {
  readonly keepAlive: boolean
  /** In milliseconds. */
  readonly idleTimeout: number
  /** Infinity for no limit. */
  readonly maxIdle: number
  readonly maxIdlePerHost: number
  readonly http2: boolean | 'prior-knowledge'
  readonly maxStreams: number
  readonly socketPath: string | undefined
  readonly tls: TlsPolicy
}

export interface TlsPolicy {
  readonly ca: string | readonly string[] | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly passphrase: string | undefined
  readonly serverName: string | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly insecure: boolean
}
