import { MajordomoError } from '../../../core/errors.ts'
import type { ConnectionPolicy, Prepared } from '../prepared.ts'
import type { Credentials } from '../request.ts'
import { addressIn } from './addresses.ts'
import type { ConnectionPolicies } from './connections.ts'
import { credentialsIn } from './credential-form.ts'
import { withHeaders } from './headers.ts'
import { destinationOf } from './destination.ts'
import { comparable, type TargetList } from './target-list.ts'
import { withQuery, type Query } from './urls.ts'

/** Credentials as the host resolved them, ready to be added to any number of requests. */
export class NamedCredentials {
  readonly #field: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #query: Query | undefined
  readonly #tls: Credentials['tls']
  readonly #allow: TargetList | undefined
  readonly #connections: ConnectionPolicies
  /** Requests of one list mostly share one policy. */
  readonly #changed = new WeakMap<ConnectionPolicy, ConnectionPolicy>()

  /** @param field what they are called in errors. @throws {MajordomoError} `invalid-option` naming the field, never a value */
  constructor(credentials: unknown, field: string, connections: ConnectionPolicies) {
    const { headers, query, tls, allow } = credentialsIn(credentials, field)
    this.#field = field
    this.#headers = headers
    this.#query = query
    this.#tls = tls
    this.#allow = allow
    this.#connections = connections
  }

  /**
   * The request with them; they go before its own.
   * @throws {MajordomoError} `forbidden` where they are not for its target, `invalid-option` where they do not fit its TLS
   */
  appliedTo(request: Prepared): Prepared {
    if (!this.#areFor(request.origin))
      throw new MajordomoError('forbidden', `${this.#field} are not for ${request.origin}`)
    const query = this.#query ?? { sent: '', shown: '' }
    return {
      ...request,
      path: withQuery(request.path, query.sent),
      shown: withQuery(request.shown, query.shown),
      headers: withHeaders(request.headers, this.#headers, `${this.#field}.headers`),
      connections: this.#connectionsOf(request.connections),
      plain: request.plain ?? request,
    }
  }

  #areFor(origin: string): boolean {
    const allow = this.#allow
    if (allow === undefined || allow.any) return true
    const { protocol, hostname, port } = destinationOf(origin)
    const host = comparable(hostname)
    const address = addressIn(host)
    if (address !== undefined && allow.hasAddress(address)) return true
    return allow.hasHost(host) || allow.hasOrigin(protocol, host, port)
  }

  #connectionsOf(policy: ConnectionPolicy): ConnectionPolicy {
    if (this.#tls === undefined) return policy
    let changed = this.#changed.get(policy)
    if (changed === undefined) {
      changed = this.#connections.withTls(policy, this.#tls, `${this.#field}.tls`)
      this.#changed.set(policy, changed)
    }
    return changed
  }
}
