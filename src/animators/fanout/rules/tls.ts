import { isIP } from 'node:net'
import { booleanIn, known } from '../../../core/options.ts'
import { invalidOption } from '../../../core/errors.ts'
import type { TlsPolicy } from '../prepared.ts'
import type { Tls } from '../request.ts'
import { hiddenOption } from './hidden-option.ts'

const NAMES = ['ca', 'cert', 'key', 'passphrase', 'serverName', 'minVersion', 'insecure'] as const
/** The longest PEM text, in characters. */
export const LONGEST_PEM = 1_048_576

/** The TLS side of a connection's policy. What is secret is in no property that JSON or a debugger's print shows. */
export class HeldTls implements TlsPolicy {
  readonly ca: string | readonly string[] | undefined
  readonly cert: string | undefined
  readonly serverName: string | undefined
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  readonly insecure: boolean
  readonly #key: string | undefined
  readonly #passphrase: string | undefined

  /** @throws {MajordomoError} `invalid-option` naming the field */
  constructor(tls: Tls, field: string) {
    known(tls, NAMES, field)
    this.ca = caIn(tls.ca, `${field}.ca`)
    this.cert = pemIn(tls.cert, `${field}.cert`, 'CERTIFICATE')
    this.#key = pemIn(tls.key, `${field}.key`, 'PRIVATE KEY')
    this.#passphrase = passphraseIn(tls.passphrase, `${field}.passphrase`)
    this.serverName = serverNameIn(tls.serverName, `${field}.serverName`)
    this.minVersion = minVersionIn(tls.minVersion, `${field}.minVersion`)
    this.insecure = booleanIn(tls.insecure, `${field}.insecure`) ?? false
    if (this.cert !== undefined && this.#key === undefined)
      throw invalidOption(`${field}.key`, 'there, because cert is', undefined)
    if (this.#key !== undefined && this.cert === undefined)
      throw invalidOption(`${field}.cert`, 'there, because key is', undefined)
    Object.freeze(this)
  }

  get key(): string | undefined {
    return this.#key
  }

  get passphrase(): string | undefined {
    return this.#passphrase
  }

  secrets(): readonly (string | undefined)[] {
    return [this.#key, this.#passphrase]
  }
}

function caIn(value: unknown, field: string): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return pemIn(value, field, 'CERTIFICATE')
  if (value.length === 0 || value.length > 100) throw invalidOption(field, '1 to 100 certificates', value)
  return Object.freeze(value.map((each, i) => pemIn(each, `${field}[${i}]`, 'CERTIFICATE')!))
}

function pemIn(value: unknown, field: string, what: string): string | undefined {
  if (value === undefined) return undefined
  const fits =
    typeof value === 'string' && value.length <= LONGEST_PEM && /-----BEGIN [A-Z0-9 ]+-----/.test(value)
  if (fits && value.includes(`${what}-----`)) return value
  throw hiddenOption(field, `a PEM text (RFC 7468) with "-----BEGIN ${what}-----"`)
}

function passphraseIn(value: unknown, field: string): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.length <= 1_024)) return value
  throw hiddenOption(field, 'a string of at most 1024 characters')
}

function serverNameIn(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && /^[\w.-]{1,253}$/.test(value) && isIP(value) === 0) return value
  throw invalidOption(field, 'a host name, not an address', value)
}

function minVersionIn(value: unknown, field: string): 'TLSv1.2' | 'TLSv1.3' {
  if (value === undefined) return 'TLSv1.2'
  if (value === 'TLSv1.2' || value === 'TLSv1.3') return value
  throw invalidOption(field, "'TLSv1.2' or 'TLSv1.3'", value)
}
