import net, { isIP, Socket } from 'node:net'
import tls from 'node:tls'
import type { ConnectionPolicy, TlsPolicy } from '../prepared.ts'
import type { Destination } from '../rules/destination.ts'
import type { Guard } from '../rules/guard.ts'

/** TLS sessions that are kept for resumption (RFC 8446, section 2.2), by server. */
const MOST_SESSIONS = 2_000

/**
 * Makes the sockets of one connection policy. Own code, where undici has a connector, because the socket is needed before it is
 * connected: to tell the time of connecting from that of the TLS handshake, and to close it in the midst of either.
 */
export class Connector {
  readonly #policy: ConnectionPolicy
  readonly #guard: Guard
  readonly #sessions = new Map<string, Buffer>()
  /** Reading certificates and keys takes milliseconds, so it is done once. */
  #context: tls.SecureContext | undefined

  constructor(policy: ConnectionPolicy, guard: Guard) {
    this.#policy = policy
    this.#guard = guard
  }

  /**
   * A socket that connects; it emits `connect`, and `secureConnect` where it is TLS. Where a certificate or key cannot be read it
   * fails as any other that does not connect.
   */
  connect(destination: Destination, alpn: readonly string[]): Socket {
    try {
      return this.#connect(destination, alpn).setNoDelay(true)
    } catch (error) {
      return new Socket().destroy(error as Error)
    }
  }

  #connect({ protocol, hostname, port }: Destination, alpn: readonly string[]): Socket {
    const { socketPath } = this.#policy
    const to =
      socketPath === undefined
        ? { host: hostname, port, lookup: this.#guard.lookupFor(protocol, hostname, port) }
        : // The host is what the certificate has to be of; without it Node would take that for `localhost`.
          { path: socketPath, host: hostname }
    return protocol === 'https:' ? this.#secure(to, hostname, port, alpn) : net.connect(to)
  }

  #secure(to: object, hostname: string, port: number, alpn: readonly string[]): Socket {
    const { serverName, insecure } = this.#policy.tls
    this.#context ??= tls.createSecureContext(material(this.#policy.tls))
    // No address may be sent as a server name (RFC 6066, section 3).
    const servername = serverName ?? (isIP(hostname) === 0 ? hostname : '')
    const key = `${servername || hostname}:${port}`
    const session = this.#sessions.get(key)
    const socket = tls.connect({
      ...to,
      servername,
      secureContext: this.#context,
      rejectUnauthorized: !insecure,
      ALPNProtocols: [...alpn],
      ...(session === undefined ? {} : { session }),
    })
    // After an alert (RFC 8446, section 6) the stream still ends, and undici would tell of nothing but that.
    socket.on('error', () => socket.destroy())
    return socket.on('session', (fresh: Buffer) => this.#remember(key, fresh))
  }

  #remember(key: string, session: Buffer): void {
    this.#sessions.delete(key)
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!)
    this.#sessions.set(key, session)
  }
}

function material({ ca, cert, key, passphrase, minVersion }: TlsPolicy): tls.SecureContextOptions {
  return {
    minVersion,
    ...(ca === undefined ? {} : { ca: [ca].flat() }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  }
}

/** The same for a client that makes its sockets itself. */
export function tlsOptions(policy: TlsPolicy): Omit<tls.ConnectionOptions, 'timeout' | 'port'> {
  const { serverName, insecure } = policy
  return {
    ...material(policy),
    rejectUnauthorized: !insecure,
    ...(serverName === undefined ? {} : { servername: serverName }),
  }
}
