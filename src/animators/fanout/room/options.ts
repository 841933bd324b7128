import type { LookupFunction } from 'node:net'
import { invalidOption } from '../../../core/errors.ts'
import { safeLogger, type Logger } from '../../../core/logger.ts'
import { booleanIn, functionIn, known, stringIn, wholeNumberIn } from '../../../core/options.ts'
import type { ProxyOptions } from '../lanes/proxy.ts'
import type { ListOptions } from '../request.ts'
import { credentialsIn } from '../rules/credential-form.ts'
import { hiddenOption } from '../rules/hidden-option.ts'
import type { ListPlan } from './list-run.ts'
import { proxyIn } from './proxy-options.ts'
import type { Secrets } from './secrets.ts'

/** What a fan-out is made with. */
export interface FanOutOptions {
  /** Sent at the head of the User-Agent; `'majordomo'` alone by default. */
  readonly serviceName?: string
  /**
   * Where requests may go: origins (`'https://bmc.example:443'`), host patterns (`'*.bmc.example'`), addresses and ranges
   * (`'10.0.0.0/8'`), unix sockets (`'unix:/run/app.sock'`), or `'any'`. Ranges are compared with the address that a name is resolved to
   * when the connection is made. `'any'` by default in code; the animator has no default.
   */
  readonly allow?: 'any' | readonly string[]
  /** Where they may not, in the same forms; goes before `allow`. Link-local, metadata and multicast addresses are always in it, unless `allow` names them. */
  readonly forbid?: readonly string[]
  /** Credentials by name, for requests with `secret`. Those of a table are checked at once, those of a function when they are had. */
  readonly secrets?: Secrets
  /** Resolves names, in the form of `dns.lookup`, which is the default. */
  readonly lookup?: LookupFunction
  /**
   * Everything but unix domain sockets goes through it. Then it is the proxy that resolves names, so they have to be allowed by name, and ranges are only
   * compared with literal addresses.
   */
  readonly proxy?: string | ProxyOptions
  /** The most sockets; by default as many as the process may have descriptors, with a reserve. */
  readonly maxConnections?: number
  readonly logger?: Logger
}

export interface FanOutSettings {
  readonly serviceName: string | undefined
  readonly allow: 'any' | readonly string[] | undefined
  readonly forbid: readonly string[]
  readonly secrets: Secrets | undefined
  readonly lookup: LookupFunction | undefined
  readonly proxy: ProxyOptions | undefined
  readonly maxConnections: number | undefined
  readonly logger: Logger
}

export const FAN_OUT_OPTIONS = [
  'serviceName',
  'allow',
  'forbid',
  'secrets',
  'lookup',
  'proxy',
  'maxConnections',
  'logger',
] as const

/** @throws {MajordomoError} `invalid-option` naming the field */
export function fanOutSettings(options: FanOutOptions): FanOutSettings {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('options', "an object such as { allow: ['10.0.0.0/8'] }", options)
  known(options, FAN_OUT_OPTIONS, '')
  const { secrets, logger } = options
  checkSecrets(secrets)
  return Object.freeze({
    serviceName: stringIn(options.serviceName, 'serviceName', 100),
    allow: options.allow,
    forbid: options.forbid ?? [],
    secrets,
    lookup: functionIn(options.lookup, 'lookup'),
    proxy: proxyIn(options.proxy),
    maxConnections: wholeNumberIn(options.maxConnections, 'maxConnections', 1),
    logger: safeLogger(logger),
  })
}

/** A table is known already, so that nobody has to wait for the first list to hear what is wrong with it. */
function checkSecrets(secrets: unknown): void {
  if (secrets === undefined || typeof secrets === 'function') return
  if (typeof secrets !== 'object' || secrets === null || Symbol.iterator in secrets)
    throw hiddenOption('secrets', 'an object of credentials by name, or a function that answers them')
  for (const [name, credentials] of Object.entries(secrets)) credentialsIn(credentials, `secrets.${name}`)
}

export const LIST_OPTIONS = [
  'source',
  'concurrency',
  'perHost',
  'failFast',
  'maxFailures',
  'maxBodyTotal',
  'signal',
] as const

export const USUAL_BODY_TOTAL = 64 * 1_048_576
const NO_LIMIT = Number.POSITIVE_INFINITY

type ListSettings = Pick<ListPlan, 'concurrency' | 'perHost' | 'maxFailures' | 'maxBodyTotal' | 'signal'>

/** @throws {MajordomoError} `invalid-option` naming the field */
export function listSettings(options: ListOptions): ListSettings {
  known(options, LIST_OPTIONS, '')
  const { signal } = options
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidOption('signal', 'an AbortSignal', signal)
  const failFast = booleanIn(options.failFast, 'failFast') ?? false
  return {
    concurrency: wholeNumberIn(options.concurrency, 'concurrency', 1),
    perHost: wholeNumberIn(options.perHost, 'perHost', 1) ?? NO_LIMIT,
    maxFailures: wholeNumberIn(options.maxFailures, 'maxFailures', 0) ?? (failFast ? 0 : NO_LIMIT),
    maxBodyTotal: wholeNumberIn(options.maxBodyTotal, 'maxBodyTotal', 0) ?? USUAL_BODY_TOTAL,
    signal,
  }
}
