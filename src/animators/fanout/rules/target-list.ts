import { posix } from 'node:path'
import { invalidOption } from '../../../core/errors.ts'
import { addressIn, addressText, type Address } from './addresses.ts'
import { usualPort } from './destination.ts'
import { rangeIn, Ranges, type Range } from './ranges.ts'

const FORMS =
  "an origin ('https://bmc.example:8443'), a host or pattern ('*.bmc.example', 'node-*.example'), an address or range " +
  "('10.0.0.0/8', 'fd00::/8'), or a socket ('unix:/run/x.sock')"
const MOST = 100_000

/** What `allow` and `forbid` list: hosts, origins, addresses and sockets. */
export class TargetList {
  /** It has the word `any`. */
  readonly any: boolean
  readonly ranges: readonly Range[]
  readonly #addresses: Ranges
  readonly #hosts: Hosts
  readonly #sockets: ReadonlySet<string>
  /** By protocol and port, as in `https:8443`. */
  readonly #origins = new Map<string, Hosts>()

  /** @throws {MajordomoError} `invalid-option` naming the field */
  constructor(value: unknown, field: string) {
    if (!Array.isArray(value) || value.length > MOST)
      throw invalidOption(field, `an array, each of it ${FORMS}`, value)
    const entries = value.map((text: unknown, i) => entryIn(text, `${field}[${i}]`))
    this.any = entries.some(({ any }) => any === true)
    this.ranges = entries.flatMap((entry) => entry.range ?? [])
    this.#addresses = new Ranges(this.ranges)
    this.#sockets = new Set(entries.flatMap((entry) => entry.socket ?? []))
    this.#hosts = new Hosts(
      entries.flatMap(({ host, at }) => (at === undefined && host !== undefined ? [host] : [])),
    )
    for (const at of new Set(entries.flatMap((entry) => entry.at ?? [])))
      this.#origins.set(at, new Hosts(entries.flatMap((entry) => (entry.at === at ? entry.host! : []))))
  }

  get hasAddresses(): boolean {
    return !this.#addresses.empty
  }

  hasAddress(address: Address): boolean {
    return this.#addresses.has(address)
  }

  /** Whatever its port. */
  hasHost(hostname: string): boolean {
    return this.#hosts.has(hostname)
  }

  /** Exactly so, not by a pattern. */
  namesHost(hostname: string): boolean {
    return this.#hosts.names(hostname)
  }

  hasOrigin(protocol: string, hostname: string, port: number): boolean {
    return this.#origins.get(`${protocol}${port}`)?.has(hostname) ?? false
  }

  hasSocket(path: string): boolean {
    return this.#sockets.has(posix.normalize(path))
  }
}

/** Names and patterns of hosts. */
class Hosts {
  readonly #names: ReadonlySet<string>
  readonly #patterns: readonly RegExp[]

  constructor(hosts: readonly string[]) {
    this.#names = new Set(hosts.filter((host) => !host.includes('*')))
    this.#patterns = hosts.filter((host) => host.includes('*')).map(patternOf)
  }

  names(hostname: string): boolean {
    return this.#names.has(hostname)
  }

  has(hostname: string): boolean {
    return this.#names.has(hostname) || this.#patterns.some((pattern) => pattern.test(hostname))
  }
}

/** `*.` in front is one label or more, any other `*` is within one label. */
function patternOf(host: string): RegExp {
  const deep = host.startsWith('*.')
  const rest = (deep ? host.slice(2) : host).replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${deep ? String.raw`(?:[^.]+\.)+` : ''}${rest.replaceAll('*', '[^.]*')}$`)
}

interface Entry {
  readonly any?: true
  readonly host?: string
  /** Protocol and port that the host is bound to. */
  readonly at?: string
  readonly range?: Range
  readonly socket?: string
}

function entryIn(text: unknown, field: string): Entry {
  if (typeof text !== 'string' || text.length === 0 || text.length > 300)
    throw invalidOption(field, FORMS, text)
  if (text === 'any') return { any: true }
  if (text.startsWith('unix:/')) return { socket: posix.normalize(text.slice('unix:'.length)) }
  if (text.includes('://')) return originIn(text, field)
  const range = rangeIn(text)
  if (range !== undefined) return { range }
  const host = hostIn(text)
  if (host === undefined) throw invalidOption(field, FORMS, text)
  const address = addressIn(host)
  return address === undefined ? { host } : { range: rangeIn(host)! }
}

function originIn(text: string, field: string): Entry {
  const [scheme, rest] = text.toLowerCase().split('://') as [string, string]
  const [, name, port] = /^([^/?#@\\]+?)(?::(\d{1,5}))?\/?$/.exec(rest) ?? []
  const host = name === undefined ? undefined : hostIn(name)
  if (!['http', 'https'].includes(scheme) || host === undefined || Number(port ?? 1) > 65_535)
    throw invalidOption(field, "an origin such as 'https://bmc.example:8443', without path and user", text)
  return { host, at: `${scheme}:${port === undefined ? usualPort(`${scheme}:`) : Number(port)}` }
}

/** As hosts are compared; undefined where it is no host. A lone `*` is refused, because 'any' says it clearly. */
function hostIn(text: string): string | undefined {
  if (!/^(?:\[[^\]]+\]|[^\s/?#@\\:[\]%]+)$/.test(text) || /^[*.]+$/.test(text)) return undefined
  const url = `http://${text}/`
  return URL.canParse(url) ? comparable(new URL(url).hostname) : undefined
}

/** A host in its one form, and what address that is, if it is one. */
export interface Host {
  readonly host: string
  readonly address: Address | undefined
}

/** Lower case, without the dot at its end, and one text for each IPv6 address; those of IPv4 have only one. */
export function hostOf(hostname: string): Host {
  const lower = hostname.toLowerCase()
  const host = lower.endsWith('.') ? lower.slice(0, -1) : lower
  const address = addressIn(host)
  return { host: address !== undefined && host.includes(':') ? addressText(address) : host, address }
}

/** A host in its one form. */
export function comparable(hostname: string): string {
  return hostOf(hostname).host
}
