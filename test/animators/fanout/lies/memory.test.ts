import { expect } from 'chai'
import { startTargets, type Targets } from '../targets/targets.ts'
import { grown } from './growth.ts'

const HALF_KEPT = { keep: { body: 2_000_000 }, timeout: '5s' } as const
const MB = 1024 * 1024

describe('The memory of a process that asks 1,000 targets at once', () => {
  let targets: Targets

  before(async () => {
    targets = await startTargets({ kinds: ['http', 'h2c'], addresses: 8 })
  })
  after(() => targets.stop())

  for (const [what, path, source, most] of [
    ['bodies without end', '/endless', {}, 100],
    ['bodies without end, of which much is kept', '/endless', { keep: { body: 1_000_000 } }, 250],
    ['bodies that stop where they were to be kept', '/hang-body?size=1000000', HALF_KEPT, 250],
    ['bodies in crumbs', '/crumbs?size=4000', { timeout: '2s' }, 100],
    ['heads without end', '/endless-headers', { retry: 0 }, 100],
    ['preliminary answers without end', '/endless-1xx', { retry: 0, timeout: { headers: '1s' } }, 150],
    ['drips that keep it busy', '/drip?every=1', { timeout: '1s' }, 100],
  ] as const)
    it(`grows by less than ${most} MB for ${what}`, async () => {
      const urls = Array.from({ length: 1000 }, (_, i) => targets.url(path, i))
      const { bytes, ended } = await grown(urls, source)
      expect(ended).to.equal(1000)
      expect(bytes / MB).to.be.below(most)
    })

  it('grows by less than 150 MB for bodies without end by HTTP/2', async () => {
    const urls = Array.from({ length: 1000 }, (_, i) => targets.url('/endless', i, 'h2c'))
    const { bytes, ended } = await grown(urls, { transport: { http2: 'prior-knowledge' } })
    expect(ended).to.equal(1000)
    expect(bytes / MB).to.be.below(150)
  })
})
