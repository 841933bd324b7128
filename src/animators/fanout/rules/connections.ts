import { createHash } from 'node:crypto'
import { milliseconds } from '../../../core/duration.ts'
import { invalidOption } from '../../../core/errors.ts'
import { booleanIn, known, wholeNumberIn } from '../../../core/options.ts'
import type { ConnectionPolicy } from '../prepared.ts'
import type { Tls, Transport } from '../request.ts'
import { hiddenOption } from './hidden-option.ts'
import { laidOver, LONGEST_TIMEOUT } from './policies.ts'
import { HeldTls } from './tls.ts'

const TRANSPORT = [
  'keepAlive',
  'idleTimeout',
  'maxIdle',
  'maxIdlePerHost',
  'http2',
  'maxStreams',
  'socketPath',
] as const

/** What a request says about its connection. */
export interface ConnectionFields {
  readonly transport?: Transport | undefined
  readonly tls?: Tls | undefined
}

/**
 * All connection policies in use, equal ones as one object, so that lists find each other's connections. They are held
 * weakly: a service that sends new certificates every day keeps only those that a pool still has.
 */
export class ConnectionPolicies {
  readonly #known = new Map<string, WeakRef<ConnectionPolicy>>()
  readonly #gone = new FinalizationRegistry((key: string) => {
    if (this.#known.get(key)?.deref() === undefined) this.#known.delete(key)
  })

  /** What `over` says, over what `under` says. @throws {MajordomoError} `invalid-option` naming the field */
  of(under: ConnectionFields, over: ConnectionFields, field: string): ConnectionPolicy {
    const transport = laidOver(
      objectIn(under.transport, `${field}.transport`),
      objectIn(over.transport, `${field}.transport`),
    )
    const tls = laidOver(objectIn(under.tls, `${field}.tls`), objectIn(over.tls, `${field}.tls`))
    return this.#interned(policyOf(transport, `${field}.transport`, new HeldTls(tls, `${field}.tls`)))
  }

  /** The policy with other certificates and keys. @throws {MajordomoError} `invalid-option` naming the field */
  withTls(policy: ConnectionPolicy, tls: Tls, field: string): ConnectionPolicy {
    const { ca, cert, key, passphrase, serverName, minVersion, insecure } = policy.tls
    const under = { ca, cert, key, passphrase, serverName, minVersion, insecure } as Tls
    return this.#interned({ ...policy, tls: new HeldTls(laidOver(under, objectIn<Tls>(tls, field)), field) })
  }

  #interned(policy: ConnectionPolicy & { readonly tls: HeldTls }): ConnectionPolicy {
    const key = keyOf(policy)
    const there = this.#known.get(key)?.deref()
    if (there !== undefined) return there
    Object.freeze(policy)
    this.#known.set(key, new WeakRef(policy))
    this.#gone.register(policy, key)
    return policy
  }
}

/** A digest, so that no key or passphrase stands in a text that somebody could print. */
function keyOf(policy: ConnectionPolicy & { readonly tls: HeldTls }): string {
  const content = JSON.stringify([
    { ...policy, maxIdle: String(policy.maxIdle), maxIdlePerHost: String(policy.maxIdlePerHost) },
    policy.tls.secrets(),
  ])
  return createHash('sha256').update(content).digest('base64')
}

function objectIn<T extends object>(value: T | undefined, field: string): T {
  if (value === undefined) return {} as T
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw hiddenOption(field, 'an object')
  return value
}

function policyOf(
  transport: Transport,
  field: string,
  tls: HeldTls,
): ConnectionPolicy & { readonly tls: HeldTls } {
  known(transport, TRANSPORT, field)
  const idleTimeout = milliseconds(transport.idleTimeout ?? '60s', `${field}.idleTimeout`)
  if (idleTimeout > LONGEST_TIMEOUT)
    throw invalidOption(`${field}.idleTimeout`, 'a duration of at most 24 days', transport.idleTimeout)
  return {
    keepAlive: booleanIn(transport.keepAlive, `${field}.keepAlive`) ?? true,
    idleTimeout,
    maxIdle: wholeNumberIn(transport.maxIdle, `${field}.maxIdle`, 0) ?? Number.POSITIVE_INFINITY,
    maxIdlePerHost:
      wholeNumberIn(transport.maxIdlePerHost, `${field}.maxIdlePerHost`, 0) ?? Number.POSITIVE_INFINITY,
    http2: http2In(transport.http2, `${field}.http2`),
    maxStreams: wholeNumberIn(transport.maxStreams, `${field}.maxStreams`, 1, 1_000_000) ?? 100,
    socketPath: socketPathIn(transport.socketPath, `${field}.socketPath`),
    tls,
  }
}

function http2In(value: unknown, field: string): boolean | 'prior-knowledge' {
  if (value === undefined) return false
  if (typeof value === 'boolean' || value === 'prior-knowledge') return value
  throw invalidOption(field, "true, false or 'prior-knowledge'", value)
}

function socketPathIn(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined
  // Systems take no longer path of a socket.
  if (typeof value === 'string' && /^\/[^\0]{1,106}$/.test(value)) return value
  throw invalidOption(field, 'an absolute path of at most 107 characters', value)
}
