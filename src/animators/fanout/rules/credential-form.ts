import { invalidOption, MajordomoError } from '../../../core/errors.ts'
import { known } from '../../../core/options.ts'
import type { Credentials } from '../request.ts'
import { withHeaders } from './headers.ts'
import { hiddenOption } from './hidden-option.ts'
import { queryIn } from './query.ts'
import { TargetList } from './target-list.ts'
import { HeldTls } from './tls.ts'
import { basic, queryOf, type Query } from './urls.ts'

const NAMES = ['headers', 'query', 'username', 'password', 'token', 'tls', 'allow'] as const
const TLS_NAMES = ['ca', 'cert', 'key', 'passphrase'] as const
const LONGEST = 16_384

/** Named credentials in the form in which they are added to requests. */
export interface CheckedCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Query | undefined
  readonly tls: NonNullable<Credentials['tls']> | undefined
  readonly allow: TargetList | undefined
}

/**
 * Credentials that are complete: half of them, as where an environment variable is not set, would go out as requests without them.
 * @param field what they are called in errors. @throws {MajordomoError} `invalid-option` naming the field, never a value
 */
export function credentialsIn(value: unknown, field: string): CheckedCredentials {
  const credentials: Credentials = objectIn(value, NAMES, field, 'credentials such as { username, password }')
  const { headers = {}, query, tls, allow } = credentials
  const authorization = authorizationIn(credentials, field)
  // First as they are: spread, a text would become an object.
  withHeaders([], headers, `${field}.headers`)
  const all = authorization === undefined ? headers : { ...headers, authorization }
  withHeaders([], all, `${field}.headers`)
  const checked = {
    headers: all,
    query: query === undefined ? undefined : queryOf(queryIn(query, `${field}.query`)),
    tls: tls === undefined ? undefined : tlsIn(tls, `${field}.tls`),
    allow: allow === undefined ? undefined : allowIn(allow, `${field}.allow`),
  }
  const parts = [all, query ?? {}, tls ?? {}]
  if (parts.every((part) => Object.keys(part).length === 0))
    throw hiddenOption(
      field,
      'credentials with at least one of headers, query, username and password, token, tls',
    )
  return checked
}

/** An object that has no property of another name, and none without a value. */
function objectIn(value: unknown, names: readonly string[], field: string, expected: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw hiddenOption(field, expected)
  known(value, names, field)
  for (const [name, each] of Object.entries(value))
    if (each === undefined) throw invalidOption(`${field}.${name}`, 'something, or to be left out', undefined)
  return value
}

function authorizationIn({ username, password, token }: Credentials, field: string): string | undefined {
  if (token !== undefined) {
    if (username !== undefined || password !== undefined)
      throw hiddenOption(field, 'credentials with token, or with username and password, but not with both')
    // RFC 6750, section 2.1, with whatever else is seen in tokens.
    return `Bearer ${textIn(token, `${field}.token`, /^[\x21-\x7e]+$/, 'visible ASCII characters, without line breaks')}`
  }
  if (username === undefined && password === undefined) return undefined
  if (password === undefined) throw hiddenOption(`${field}.password`, 'there, because username is')
  if (username === undefined) throw hiddenOption(`${field}.username`, 'there, because password is')
  // RFC 7617, section 2: what follows the first colon is the password.
  const user = textIn(
    username,
    `${field}.username`,
    /^[^:\p{Cc}]*$/u,
    'characters without colon and control characters',
  )
  return basic(
    user,
    textIn(password, `${field}.password`, /^\P{Cc}*$/u, 'characters without control characters'),
  )
}

function textIn(value: unknown, field: string, form: RegExp, what: string): string {
  if (typeof value === 'string' && value.length <= LONGEST && form.test(value)) return value
  throw hiddenOption(field, `a string of at most ${LONGEST} ${what}`)
}

function tlsIn(value: unknown, field: string): NonNullable<Credentials['tls']> {
  const tls = objectIn(value, TLS_NAMES, field, 'an object such as { cert, key }')
  void new HeldTls(tls, field)
  return tls
}

/** Told without the text that does not fit: a URL with a password may be among them. */
function allowIn(value: unknown, field: string): TargetList {
  try {
    return new TargetList(value, field)
  } catch (error) {
    const [fault] = MajordomoError.is(error) ? error.faults : []
    throw hiddenOption(fault?.path ?? field, 'what the allow of a fan-out takes')
  }
}
