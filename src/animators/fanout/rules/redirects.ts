import type { ItemErrorCode } from '../item.ts'
import type { Prepared } from '../prepared.ts'
import { isSecretName } from './secret-names.ts'
import { hiddenNames, targetIn, withHidden } from './urls.ts'

/** Headers that describe a body, which goes with them (fetch standard, "request-body-header name"). */
const OF_BODY = new Set(['content-type', 'content-encoding', 'content-language', 'content-location'])
const CREDENTIALS = new Set(['authorization', 'cookie'])

/**
 * The request that a redirect (RFC 9110, section 15.4) leads to, an error's code, or undefined where the response is
 * the answer. `followed` is how many redirects came before. Whether the new target may be asked at all is the guard's to say.
 *
 * | status   | method        | body |
 * | -------- | ------------- | ---- |
 * | 301, 302 | POST → GET    | goes |
 * | 303      | all but HEAD → GET | goes |
 * | 307, 308 | stays         | stays |
 *
 * On another origin all credentials go, those of the URL included; what Location itself has of them is never used.
 */
export function redirected(
  request: Prepared,
  status: number,
  location: string | undefined,
  followed: number,
): Prepared | Extract<ItemErrorCode, 'bad-redirect' | 'too-many-redirects'> | undefined {
  if (location === undefined || request.policy.redirects === 0 || !isRedirect(status)) return undefined
  if (followed >= request.policy.redirects) return 'too-many-redirects'
  const target = targetIn(location, request.origin + request.path)
  if (typeof target === 'string') return 'bad-redirect'
  const { origin, path } = target
  const downgrade = request.origin.startsWith('https:') && origin.startsWith('http:')
  if (downgrade && !request.connections.tls.insecure) return 'bad-redirect'
  const hidden = hiddenIn(request)
  const shown = withHidden(target.shown, hidden)
  const bodyGoes = becomesGet(request.method, status)
  const method = bodyGoes ? 'GET' : request.method
  const body = bodyGoes ? null : request.body
  if (origin === request.origin) {
    const headers = bodyGoes ? headersWithout(request.headers, isOfBody) : request.headers
    return { ...request, path, shown, hidden, method, body, headers }
  }
  // Without named credentials: neither their headers nor their client certificate, and not those that they took the place of.
  const { plain = request, ...rest } = request
  const headers = headersWithout(
    plain.headers,
    (name) => isCredential(name) || (body === null && isOfBody(name)),
  )
  return {
    ...rest,
    origin,
    path,
    shown,
    hidden,
    method,
    body,
    headers,
    connections: plain.connections,
    secret: undefined,
  }
}

/** Parameters whose values are hidden, in the request's own URL and in those that it leads to. */
export function hiddenIn({ hidden = [], shown }: Prepared): readonly string[] {
  return [...new Set([...hidden, ...hiddenNames(shown)])]
}

/** Those that say where to go next; 304 is none, and 300 leaves a choice to people. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD'
  return (status === 301 || status === 302) && method === 'POST'
}

function isOfBody(name: string): boolean {
  return OF_BODY.has(name)
}

function isCredential(name: string): boolean {
  return CREDENTIALS.has(name) || isSecretName(name)
}

/** The list itself where nothing goes. */
function headersWithout(headers: readonly string[], goes: (name: string) => boolean): readonly string[] {
  const left: string[] = []
  for (let i = 0; i < headers.length; i += 2)
    if (!goes(headers[i]!.toLowerCase())) left.push(headers[i]!, headers[i + 1]!)
  return left.length === headers.length ? headers : left
}
