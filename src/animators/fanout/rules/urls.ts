import { REDACTED } from '../../../core/redact.ts'
import { isSecretName } from './secret-names.ts'

/** The longest URL that is taken, in characters. */
export const LONGEST_URL = 8_192

/** A URL in the parts that a request is made of. */
export interface Target {
  /** Scheme, host and port, without path: `https://bmc.example:8443`. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** The whole without what is secret. */
  readonly shown: string
  /** A header's value, where the URL has a user or a password. */
  readonly authorization: string | undefined
}

/** What reading a URL leaves as it is: no dots to be resolved, nothing to be encoded. */
const PLAIN_PATH = /^(?:\/[\w~-][\w.~-]*)*\/?$/
/** No slash before here ends a host. */
const SHORTEST_ORIGIN = 'http://'.length + 1

/**
 * Reads the URLs of one list. Most of them go to origins that were seen before and have a plain path, and need no
 * parser, which would take longer than all else that is done to prepare them.
 */
export class Targets {
  readonly #origins = new Map<string, string>()

  /** As {@link targetIn}. */
  read(text: string): Target | string {
    const slash = text.indexOf('/', SHORTEST_ORIGIN)
    const start = slash < 0 ? text : text.slice(0, slash)
    const origin = this.#origins.get(start)
    if (origin !== undefined && slash >= 0 && text.length <= LONGEST_URL) {
      const path = text.slice(slash)
      if (PLAIN_PATH.test(path)) return { origin, path, shown: text, authorization: undefined }
    }
    const target = targetIn(text)
    if (typeof target === 'object' && target.origin === start) this.#origins.set(start, target.origin)
    return target
  }
}

/** What is wrong with a text that is no URL that can be asked; `base` is what a relative one is relative to. */
export function targetIn(text: string, base?: string): Target | string {
  if (text.length > LONGEST_URL) return `a URL of at most ${LONGEST_URL} characters`
  let url: URL
  try {
    url = new URL(text, base)
  } catch {
    return 'an absolute URL'
  }
  const { protocol, origin, pathname, search, username, password } = url
  if (protocol !== 'http:' && protocol !== 'https:') return 'a URL of http: or https:'
  return {
    origin,
    path: search === '' ? pathname : pathname + search,
    shown: origin + pathname + (search === '' ? '' : shownQuery(search)),
    authorization:
      username === '' && password === '' ? undefined : basic(decoded(username), decoded(password)),
  }
}

/** Basic credentials (RFC 7617) as the value of an Authorization header. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Part of every secret name, or of none; a percent sign may hide one. */
const SUSPECT = /key|tok|sec|pas|pwd|sig|hmac|cred|jwt|auth|cook|sess|%/i

/** A query, from its question mark, with the values of secret parameters replaced. */
function shownQuery(search: string): string {
  if (!SUSPECT.test(search)) return search
  const parameters = search.slice(1).split('&')
  const shown = parameters.map((each) => (isSecretName(nameOf(each)) ? redactedParameter(each) : each))
  return `?${shown.join('&')}`
}

/** The parameters of a shown URL whose values are hidden. */
export function hiddenNames(shown: string): readonly string[] {
  const start = shown.indexOf('?')
  if (start < 0 || !shown.includes(REDACTED)) return []
  return shown
    .slice(start + 1)
    .split('&')
    .filter((parameter) => parameter.endsWith(`=${REDACTED}`))
    .map(nameOf)
}

/** The same with the values of these parameters hidden too. */
export function withHidden(shown: string, names: readonly string[]): string {
  const start = shown.indexOf('?')
  if (start < 0 || names.length === 0) return shown
  const parameters = shown.slice(start + 1).split('&')
  const hidden = parameters.map((each) => (names.includes(nameOf(each)) ? redactedParameter(each) : each))
  return `${shown.slice(0, start)}?${hidden.join('&')}`
}

/** Browsers and Node read backslashes as slashes, and need none after the scheme. */
const USER = /(https?:[/\\]*|[/\\]{2,})[^/\\]*@/i

/**
 * A URL as a response has it, which may be relative (RFC 3986, section 4.1), without user, password and the values of secret
 * parameters; what follows a `#` may have such too.
 */
export function shownReference(text: string, hidden: readonly string[]): string {
  const [, place, search = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text)!
  const shown = withHidden(place!.replace(USER, '$1') + shownQuery(search), hidden)
  return shown + fragment.slice(0, 1) + shownQuery(`?${fragment.slice(1)}`).slice(1)
}

/** The name of a secret parameter in the URL's query, if there is one. */
export function secretParameter(text: string): string | undefined {
  const { search } = new URL(text)
  return search === '' ? undefined : search.slice(1).split('&').map(nameOf).find(isSecretName)
}

/** Parameters as they are sent, and as they are shown: with all values hidden. */
export interface Query {
  readonly sent: string
  readonly shown: string
}

export function queryOf(parameters: Readonly<Record<string, string>>): Query {
  const names = Object.keys(parameters).map((name) => [encodeURIComponent(name), name] as const)
  return {
    sent: names.map(([encoded, name]) => `${encoded}=${encodeURIComponent(parameters[name]!)}`).join('&'),
    shown: names.map(([encoded]) => `${encoded}=${REDACTED}`).join('&'),
  }
}

/** The URL, or its path, with more parameters at its end. */
export function withQuery(url: string, query: string): string {
  if (query === '') return url
  const joint = !url.includes('?') ? '?' : url.endsWith('?') || url.endsWith('&') ? '' : '&'
  return url + joint + query
}

function nameOf(parameter: string): string {
  const end = parameter.indexOf('=')
  return decoded((end < 0 ? parameter : parameter.slice(0, end)).replaceAll('+', ' '))
}

function redactedParameter(parameter: string): string {
  const end = parameter.indexOf('=')
  return `${end < 0 ? parameter : parameter.slice(0, end)}=${REDACTED}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
