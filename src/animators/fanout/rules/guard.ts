import { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { invalidOption } from '../../../core/errors.ts'
import { functionIn } from '../../../core/options.ts'
import { addressText, type Address } from './addresses.ts'
import { carriedBy } from './carriers.ts'
import { guardedLookup } from './lookup.ts'
import { comparable, hostOf, TargetList } from './target-list.ts'
import { isMetadataName, liesInUnwanted, unwantedKind } from './unwanted.ts'
import { Ranges } from './ranges.ts'

/** Where requests may go. */
export interface GuardOptions {
  /**
   * `'any'`, or a list, each of it one of:
   *
   * - an origin, `'https://bmc.example:8443'`, also with a pattern as its host;
   * - a host, `'bmc.example'`, or a pattern: `'*.bmc.example'` is every name below it, `'node-*.example'` is within one label;
   * - an address or a range (CIDR): `'10.0.0.0/8'`, `'fd00::/8'`, `'127.0.0.1'`; a name may be asked when its address is in one;
   * - a unix domain socket, `'unix:/run/x.sock'`;
   * - `'any'`: every host, but no socket.
   *
   * Link-local, multicast, unspecified and cloud metadata addresses, and the broadcast address, are only allowed by
   * themselves, or by ranges among them. Without `allow` everything else is allowed, sockets too.
   */
  readonly allow?: 'any' | readonly string[]
  /** The same forms, without `'any'`; goes before `allow`. */
  readonly forbid?: readonly string[]
  /** Finds the addresses of names; that of the system by default. */
  readonly lookup?: LookupFunction
  /** False where somebody else will resolve names, as a proxy does: then names have to be allowed by name. True by default. */
  readonly resolves?: boolean
}

/**
 * Says where requests may go. `target` tells what can be told from the URL; the lookup, given to whatever makes the
 * connection, hands out only addresses that may be asked, so what is checked is what is connected to, whatever DNS
 * says the next time. Sockets do not look up an address, so `target` has to be asked for each of them.
 */
export class Guard {
  /** For hosts that are allowed by name, and for those that are not if their addresses are. */
  readonly lookup: LookupFunction
  readonly #lookupAllowed: LookupFunction
  readonly #allow: TargetList
  readonly #forbid: TargetList
  readonly #anySocket: boolean
  readonly #resolves: boolean
  /** Unwanted ranges that `allow` names. */
  readonly #meant: Ranges

  /** @throws {MajordomoError} `invalid-option` naming the field */
  constructor(options: GuardOptions = {}, owner = 'fanout') {
    const { allow, forbid = [], lookup, resolves = true } = options
    this.#allow = new TargetList(allow === undefined || allow === 'any' ? ['any'] : allow, `${owner}.allow`)
    this.#anySocket = allow === undefined
    this.#resolves = resolves
    this.#forbid = new TargetList(forbid, `${owner}.forbid`)
    if (this.#forbid.any)
      throw invalidOption(`${owner}.forbid`, "without 'any', which would leave nothing to allow", forbid)
    this.#meant = new Ranges(this.#allow.ranges.filter(liesInUnwanted))
    const find = guardedLookup(functionIn(lookup, `${owner}.lookup`) ?? systemLookup)
    this.lookup = find((hostname, address) =>
      this.#refusalOfAddress(address, this.#allow.any || this.#allow.hasHost(comparable(hostname))),
    )
    this.#lookupAllowed = find((_, address) => this.#refusalOfAddress(address, true))
  }

  /**
   * Why a request may not go there, as far as its URL tells (`protocol` and `hostname` as in `URL`); undefined where it
   * may, or where the lookup has to say.
   */
  target(protocol: string, hostname: string, port: number): string | undefined {
    const { host, address } = hostOf(hostname)
    if (this.#forbid.hasHost(host) || this.#forbid.hasOrigin(protocol, host, port))
      return `${host} is forbidden by the host`
    if (isMetadataName(host) && !this.#allow.namesHost(host))
      return `${host} is a cloud metadata name, which has to be allowed by name`
    const allowed = this.#allowsHost(protocol, host, port)
    if (address !== undefined) return this.#refusalOfAddress(address, allowed)
    return allowed || (this.#resolves && this.#allow.hasAddresses) ? undefined : notAllowed(host)
  }

  /** Why a unix domain socket may not be used; undefined where it may. */
  socket(path: string): string | undefined {
    if (this.#forbid.hasSocket(path)) return `unix:${path} is forbidden by the host`
    return this.#anySocket || this.#allow.hasSocket(path) ? undefined : notAllowed(`unix:${path}`)
  }

  /** The lookup for one origin; there are two in all. An origin may be allowed where its host at other ports is not. */
  lookupFor(protocol: string, hostname: string, port: number): LookupFunction {
    return this.#allowsHost(protocol, comparable(hostname), port) ? this.#lookupAllowed : this.lookup
  }

  #allowsHost(protocol: string, host: string, port: number): boolean {
    return this.#allow.any || this.#allow.hasHost(host) || this.#allow.hasOrigin(protocol, host, port)
  }

  #refusalOfAddress(address: Address, hostAllowed: boolean): string | undefined {
    const why = this.#whyForbidden(address)
    if (why !== undefined) return `${addressText(address)} is ${why}`
    for (const carried of carriedBy(address)) {
      const indirect = this.#whyForbidden(carried)
      if (indirect !== undefined)
        return `${addressText(address)} stands for ${addressText(carried)}, which is ${indirect}`
    }
    return hostAllowed || this.#allow.hasAddress(address) ? undefined : notAllowed(addressText(address))
  }

  #whyForbidden(address: Address): string | undefined {
    if (this.#forbid.hasAddress(address)) return 'forbidden by the host'
    const kind = unwantedKind(address)
    return kind === undefined || this.#meant.has(address)
      ? undefined
      : `${kind}, and has to be allowed by itself`
  }
}

function notAllowed(what: string): string {
  return `${what} is not among what the host allows`
}
