import { expect } from 'chai'
import { FanOut } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import { startTargets } from '../targets/targets.ts'

describe('A fan-out with a proxy', () => {
  it('goes to unix sockets all the same, and never to where the URL of such a request leads', async () => {
    const targets = await startTargets({ kinds: ['unix', 'http'] })
    // Whatever goes through the proxy is refused.
    const fanout = new FanOut({
      proxy: 'http://127.0.0.1:1',
      allow: [`unix:${targets.socketPath}`, '127.0.0.1'],
    })
    const source = { retry: 0, transport: { socketPath: targets.socketPath } }
    const urls = [targets.url('/ok', 0, 'unix'), 'http://elsewhere.example/ok']
    const items = await collected(
      fanout.launch(
        urls.map((url) => ({ url })),
        { source },
      ),
    )
    expect(codes(items)).to.deep.equal({ none: 2 })
    const [proxied] = await collected(fanout.launch([{ url: targets.url('/ok', 0, 'http'), retry: 0 }]))
    expect(proxied!.error?.code).to.equal('connection-refused')
    await fanout.close()
    await targets.stop()
  })
})
