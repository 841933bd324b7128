import type { FanOutItem, FanOutRequest } from '../../../../src/animators/fanout/index.ts'

/** One target that lies, and what is to be said of it. */
export interface Lie {
  readonly path: string
  readonly request?: Omit<FanOutRequest, 'url'>
  /** A part of the item. */
  readonly item: Readonly<Record<string, unknown>>
  /** Newer Nodes (22.23 for one) end the whole HTTP/2 connection because of it, and with it what else is on it. */
  readonly mayEndConnection?: true
}

const succeeded = (more: Partial<FanOutItem> = {}) => ({ state: 'SUCCEEDED', ...more })
const failed = (code: string, more: Partial<FanOutItem> = {}) => ({ state: 'FAILED', code, ...more })
const lie = (path: string, item: Lie['item'], request?: Lie['request']): Lie => ({
  path,
  item,
  ...(request && { request }),
})

const SOON = 300

/** By HTTP/1.1, without retries. */
export const LIES: readonly Lie[] = [
  // Lengths.
  lie('/short', failed('connection-lost', { status: 200, attempts: 1 })),
  lie('/long', succeeded({ status: 200, body: 'xxxxxxxxxx' })),
  lie('/bad-length', failed('bad-response')),
  lie('/two-lengths', failed('bad-response')),
  lie('/bad-chunk', failed('bad-response')),
  lie('/body-of-204', succeeded({ status: 204 })),
  lie('/twice', succeeded({ body: 'first' })),
  // Time.
  lie('/hang', failed('timeout'), { timeout: SOON }),
  lie('/hang', failed('headers-timeout'), { timeout: { headers: SOON } }),
  lie('/half-head?then=hang', failed('headers-timeout'), { timeout: { headers: SOON } }),
  lie('/hang-body', failed('body-timeout', { status: 200 }), { timeout: { body: SOON } }),
  lie('/drip?every=20', failed('timeout', { status: 200 }), { timeout: { body: '5s', total: SOON } }),
  lie('/endless-1xx', failed('headers-timeout'), { timeout: { headers: SOON } }),
  // Size.
  lie('/endless', succeeded({ status: 200, truncated: true, body: 'x'.repeat(4096) })),
  lie('/endless', succeeded({ truncated: true }), { keep: { body: 0 } }),
  lie('/huge-headers?size=1000000', failed('bad-response')),
  lie('/endless-headers', failed('bad-response')),
  // What is no HTTP.
  lie('/garbage', failed('bad-response')),
  lie('/half-head', failed('connection-lost')),
  lie(
    '/bytes',
    succeeded({ encoding: 'base64', body: Buffer.from([0, 255, 254, 0x80, 10]).toString('base64') }),
  ),
  // Ends.
  lie('/reset', failed('connection-lost')),
  lie('/reset-body', failed('connection-lost', { status: 200 })),
  lie('/drop', failed('connection-lost')),
  lie('/until-close?size=1000', succeeded({ body: 'x'.repeat(1000) })),
  lie('/1xx/20', succeeded({ status: 200, body: 'ok' })),
  // Redirects.
  lie('/redirect/loop', failed('too-many-redirects', { status: 302 })),
  lie('/redirect/circle/3/0?status=308', failed('too-many-redirects', { status: 308 })),
  lie('/redirect/chain/11', failed('too-many-redirects', { status: 302 })),
  lie('/redirect/chain/10', succeeded({ status: 200 })),
  lie('/redirect?to=ftp://example.com/', failed('bad-redirect')),
  lie('/redirect?to=http://[nonsense', failed('bad-redirect')),
  lie('/redirect?to=https://169.254.169.254/latest/meta-data/', failed('forbidden-target')),
]

/** By HTTP/2, without retries. */
export const LIES_OF_HTTP2: readonly Lie[] = [
  lie('/short', failed('connection-lost')),
  { ...lie('/long', failed('connection-lost')), mayEndConnection: true },
  lie('/hang', failed('timeout'), { timeout: SOON }),
  lie('/hang-body', failed('body-timeout', { status: 200 }), { timeout: { body: SOON } }),
  lie('/drip?every=20', failed('timeout', { status: 200 }), { timeout: { body: '5s', total: SOON } }),
  lie('/endless', succeeded({ truncated: true, body: 'x'.repeat(4096) })),
  lie('/garbage', failed('connection-lost')),
  lie('/reset', failed('connection-lost')),
  lie('/reset-body', failed('connection-lost', { status: 200 })),
  lie('/refuse', failed('connection-lost')),
  lie('/1xx/20', succeeded({ status: 200, body: 'ok' })),
  lie('/redirect/loop', failed('too-many-redirects')),
]

/** How the lie is called in a test's title. */
export function titled({ path, item, request }: Lie): string {
  const what = item['code'] ?? item['state']
  return `${path}${request === undefined ? '' : ` with ${JSON.stringify(request)}`}: ${String(what)}`
}
