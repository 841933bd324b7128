import { expect } from 'chai'
import { once } from 'node:events'
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { FanOut } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'

const REQUESTS = 10

describe('A fan-out whose HTTP/2 server says GOAWAY and leaves the connection open', () => {
  let server: Http2Server
  let fanout: FanOut
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    fanout = new FanOut()
  })
  afterEach(() => server.close())

  /** Calls with all streams as soon as all requests have come, after the GOAWAY. */
  function gone(then: (streams: readonly ServerHttp2Stream[]) => void): void {
    const streams: ServerHttp2Stream[] = []
    server.on('stream', (stream) => {
      stream.on('error', () => undefined)
      if (streams.push(stream) < REQUESTS) return
      stream.session!.goaway(0)
      then(streams)
    })
  }

  function launched() {
    const { port } = server.address() as AddressInfo
    const requests = Array.from({ length: REQUESTS }, (_, i) => ({ url: `http://127.0.0.1:${port}/${i}` }))
    return fanout.launch(requests, { source: { retry: 0, transport: { http2: 'prior-knowledge' } } })
  }

  it('gets all answers, and closes the connection that the server leaves open', async () => {
    gone((streams) => {
      for (const stream of streams) stream.respond({ ':status': 200 }, { endStream: true })
    })
    expect(codes(await collected(launched()))).to.deep.equal({ none: REQUESTS })
    await fanout.close()
  })

  it('does not wait for answers that never come when it is closed', async () => {
    const asked = new Promise((resolve) => gone(resolve))
    const list = launched()
    await asked
    await fanout.close()
    expect(codes(await collected(list))).to.deep.equal({ canceled: REQUESTS })
  })
})
