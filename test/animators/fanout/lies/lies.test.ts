import { expect } from 'chai'
import {
  FanOut,
  fanOut,
  type FanOutItem,
  type FanOutRequest,
} from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import type { Kind } from '../targets/protocol.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { LIES, LIES_OF_HTTP2, titled, type Lie } from './lies.ts'

/** Good requests beside each lie, before it and after it. */
const NEIGHBOURS = 20

describe('Targets that lie', () => {
  let targets: Targets
  let fanout: FanOut

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'https', 'h2c'], addresses: 2 })
    fanout = new FanOut()
  })
  after(async () => {
    await fanout.close()
    await targets.stop()
  })

  const protocols: readonly [Kind, readonly Lie[], () => Partial<FanOutRequest>][] = [
    ['http', LIES, () => ({})],
    ['https', LIES, () => ({ tls: { ca: targets.certificates.ca } })],
    ['h2c', LIES_OF_HTTP2, () => ({ transport: { http2: 'prior-knowledge' } })],
  ]
  for (const [kind, lies, source] of protocols)
    for (const lie of lies)
      it(`by ${kind} get what they deserve, and their neighbours suffer nothing: ${titled(lie)}`, async () => {
        const good = Array.from({ length: NEIGHBOURS }, (_, i) => ({ url: targets.url('/ok', i, kind) }))
        const liar = { url: targets.url(lie.path, 0, kind), ...lie.request }
        const options = { source: { ...source(), retry: 0 } }
        const items = await collected(fanout.launch([...good, liar, ...good], options))
        expect(shown(items.find(({ index }) => index === NEIGHBOURS)!)).to.include(lie.item)
        const others = items.filter(({ index }) => index !== NEIGHBOURS)
        const harmed = (item: FanOutItem) => lie.mayEndConnection && item.error?.code === 'connection-lost'
        const unharmed = others.filter((item) => !harmed(item))
        if (!lie.mayEndConnection) expect(codes(unharmed)).to.deep.equal({ none: 2 * NEIGHBOURS })
        expect(unharmed.every(({ body, attempts }) => body === 'ok' && attempts === 1)).to.equal(true)
        // Nor do those that come after it, on the same connections.
        const next = await collected(fanout.launch(good, options))
        expect(codes(next)).to.deep.equal({ none: NEIGHBOURS })
        expect(next.every(({ body }) => body === 'ok')).to.equal(true)
      })

  it('with an answer too many give no other request an answer that is not its own', async () => {
    const asked = Array.from({ length: 300 }, (_, i) => ({
      url: targets.url(i % 3 === 0 ? '/twice' : `/ok?size=${100 + i}`),
    }))
    const items = await collected(fanout.launch(asked, { concurrency: 10, source: { retry: 0 } }))
    expect(codes(items)).to.deep.equal({ none: 300 })
    for (const { index, body } of items)
      if (index % 3 === 0) expect(body).to.equal('first')
      else expect(body).to.have.length(100 + index)
  })

  it('are asked again where that may help, and the last failure is told', async () => {
    const retry = { limit: 2, backoff: 1 }
    // With connections of its own: on one that was used before, the first try goes again at once, and is not counted.
    const once = async (path: string, source: Partial<FanOutRequest> = { retry }) =>
      (await collected(fanOut([{ url: targets.url(path) }], { source })))[0]!
    for (const [path, code] of [
      ['/garbage', 'bad-response'],
      ['/reset', 'connection-lost'],
      ['/short', 'connection-lost'],
      ['/status/503', 'status'],
      ['/retry-after/0?status=429', 'status'],
    ] as const)
      expect(shown(await once(path)), path).to.include({ code, attempts: 3 })
    for (const path of ['/reset?times=2&key=a', '/status/503?times=2&key=b', '/garbage?times=2&key=c'])
      expect(shown(await once(path)), path).to.include({ state: 'SUCCEEDED', attempts: 3 })
    for (const path of ['/status/501', '/status/404'])
      expect(shown(await once(path)), path).to.include({ code: 'status', attempts: 1 })
    expect(shown(await once('/hang', { retry, timeout: 50 }))).to.include({ code: 'timeout', attempts: 1 })
  })

  it('fill with the bodies of answers that are none no room for those that are', async () => {
    const once = async (path: string, maxBodyTotal: number) =>
      (
        await collected(
          fanOut([{ url: targets.url(path) }], { maxBodyTotal, source: { retry: { limit: 3, backoff: 1 } } }),
        )
      )[0]!
    const retried = await once('/status/503?times=3&key=full&size=1000', 1000)
    expect(retried).to.include({ state: 'SUCCEEDED', attempts: 4, body: 'x'.repeat(1000) })
    expect(await once('/redirect/chain/5', 5)).to.include({ state: 'SUCCEEDED', body: 'ok' })
    expect(await once('/ok?size=1000', 10)).to.include({ body: 'x'.repeat(10), truncated: true })
  })

  it('and ask for a long wait are not waited for beyond the whole timeout', async () => {
    const source = { retry: { limit: 3, backoff: 1 }, timeout: '20s' as const }
    const [item] = await collected(fanout.launch([{ url: targets.url('/retry-after/3600') }], { source }))
    expect(shown(item!)).to.include({ state: 'FAILED', code: 'status', status: 503, attempts: 1 })
  })
})

function shown({ error, ...item }: FanOutItem): Record<string, unknown> {
  return { ...item, code: error?.code }
}
