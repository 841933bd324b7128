import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2'
import type { Answers, Asker } from './answers.ts'
import type { Counter } from './counts.ts'
import { BODY } from './http1.ts'

/** MB; 10 by default, which is not enough for the streams of one session. */
const SESSION_MEMORY = 1_000

/** HTTP/2 without TLS. */
export function http2Server(answers: Answers, counter: Counter, maxStreams: number): Http2Server {
  const server = createServer({
    settings: { maxConcurrentStreams: maxStreams },
    maxSessionMemory: SESSION_MEMORY,
  })
  server.on('session', (session) => {
    counter.opened()
    session.on('close', () => counter.closed())
    session.on('error', () => session.destroy())
  })
  server.on('stream', (stream, headers) => {
    const asker = new Http2Asker(stream)
    stream.on('close', () => answers.gone(asker))
    stream.on('error', () => stream.destroy())
    answers.take(headers[':path']!, asker)
  })
  return server
}

class Http2Asker implements Asker {
  waits = false
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  answer(): void {
    this.#stream.respond({ ':status': 200, 'content-type': 'application/json' })
    this.#stream.end(BODY)
  }
}
