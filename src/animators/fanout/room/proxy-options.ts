import { known } from '../../../core/options.ts'
import type { ProxyOptions } from '../lanes/proxy.ts'
import { FIELD_VALUE } from '../rules/headers.ts'
import { hiddenOption } from '../rules/hidden-option.ts'

const VALUE = new RegExp(FIELD_VALUE)

/** @throws {MajordomoError} `invalid-option` naming the field, never a value: it may hold a password */
export function proxyIn(proxy: unknown): ProxyOptions | undefined {
  if (proxy === undefined) return undefined
  if (typeof proxy === 'string') return Object.freeze({ url: urlIn(proxy, 'proxy') })
  if (typeof proxy !== 'object' || proxy === null || Array.isArray(proxy))
    throw hiddenOption('proxy', 'a URL, or an object such as { url, token }')
  known(proxy, ['url', 'token'], 'proxy')
  const { url, token }: Partial<ProxyOptions> = proxy
  const to = urlIn(url, 'proxy.url')
  // Undefined, as where an environment variable is not set, would be a proxy without credentials.
  if (!('token' in proxy)) return Object.freeze({ url: to })
  if (typeof token !== 'string' || token === '' || !VALUE.test(token))
    throw hiddenOption('proxy.token', 'the value of a header: a string of ISO-8859-1 without line breaks')
  if (new URL(to).username !== '')
    throw hiddenOption('proxy', 'with user and password in its url, or with token, but not with both')
  return Object.freeze({ url: to, token })
}

function urlIn(url: unknown, field: string): string {
  if (typeof url !== 'string' || !/^https?:/i.test(url) || !URL.canParse(url))
    throw hiddenOption(field, 'an http: or https: URL')
  const { pathname, search, hash, username, password } = new URL(url)
  if (pathname !== '/' || search !== '' || hash !== '')
    throw hiddenOption(field, 'a URL without path and query')
  // With one of them alone none would be sent.
  if ((username === '') !== (password === ''))
    throw hiddenOption(field, 'a URL with both user and password, or neither')
  if (!isDecodable(username + password))
    throw hiddenOption(field, 'a URL whose user and password are percent-encoded')
  return url
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
