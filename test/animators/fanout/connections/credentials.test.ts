import { expect } from 'chai'
import { FanOut } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import { startTargets, type Targets } from '../targets/targets.ts'

describe('A certificate or key that cannot be read', () => {
  let targets: Targets
  let fanout: FanOut

  before(async () => {
    targets = await startTargets({ kinds: ['https', 'h2'] })
  })
  after(() => targets.stop())
  beforeEach(() => {
    fanout = new FanOut()
  })
  afterEach(() => fanout.close())

  for (const [what, http2] of [
    ['HTTP/1.1', false],
    ['HTTP/2', true],
  ] as const)
    it(`fails its own requests only (${what})`, async () => {
      const { ca, client } = targets.certificates
      const url = targets.url('/ok', 0, http2 ? 'h2' : 'https')
      const broken = client.key.replaceAll(/^[A-Za-z0-9+/=]{20,}$/gm, 'not base64 at all')
      const list = fanout.launch([{ url }, { url, tls: { cert: client.cert, key: broken } }], {
        source: { tls: { ca }, transport: { http2 } },
      })
      const items = await collected(list)
      expect(codes(items)).to.deep.equal({ none: 1, 'tls-failed': 1 })
      expect(JSON.stringify(items)).not.to.include('not base64')
      const { message } = items.find(({ error }) => error !== undefined)!.error!
      expect(message).to.match(/^[A-Za-z0-9]+ routines: [a-z0-9 ]+$/)
      expect(fanout.stats()).to.include({ inFlight: 0, connections: 1 })
    })
})
