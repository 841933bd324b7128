import type { IncomingHttpHeaders } from 'node:http'
import { REDACTED } from '../../../core/redact.ts'
import { isSecretName } from './secret-names.ts'
import { shownReference } from './urls.ts'

/** Response headers that give rights to whoever reads them, as far as no whole word of their name says so. */
const SECRET = /^set-cookie2$|(auth|session|csrf|xsrf)token|apikey|secret/

/** Those whose value is or ends with a URL, which may repeat what the request's own had. */
const REFERENCES = new Set(['location', 'content-location', 'refresh'])
/** The URLs in a Link header (RFC 8288, section 3): targets, and contexts in quotes. */
const LINKED = /<[^>]*|anchor\s*=\s*"[^"]*/gi

/**
 * Those of the names that the response has; what gives rights is not shown.
 * @param hidden parameters whose values are hidden beside those that every URL hides
 */
export function shownHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
  hidden: readonly string[],
): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const name of names) {
    const value = headers[name]
    if (value === undefined) continue
    const text = typeof value === 'string' ? value : value.join(', ')
    shown[name] = isSecretName(name) || SECRET.test(name) ? REDACTED : shownValue(name, text, hidden)
  }
  return shown
}

function shownValue(name: string, text: string, hidden: readonly string[]): string {
  if (REFERENCES.has(name)) return shownReference(text, hidden)
  return name === 'link' ? text.replaceAll(LINKED, (url) => shownReference(url, hidden)) : text
}
