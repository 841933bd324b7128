import type { Behaviour } from './ask.ts'
import { flow, XS } from './pouring.ts'

/** What HTTP forbids; in HTTP/2 most of it cannot be said, and the stream is reset with PROTOCOL_ERROR. */
export const lies: Readonly<Record<string, Behaviour>> = {
  short: (exchange) => {
    exchange.begin(200, {}, 100)
    exchange.piece(XS.subarray(0, 50))
    exchange.close()
  },
  long: (exchange) => {
    exchange.begin(200, {}, 10)
    exchange.piece(XS.subarray(0, 20))
    exchange.end()
  },
  'half-head': (exchange, ask) => {
    exchange.raw('HTTP/1.1 200 OK\r\nContent-Le')
    if (ask.text('then', 'close') === 'close') exchange.close()
  },
  garbage: (exchange) => {
    exchange.raw(Buffer.from('\u0016\u0003\u0001this is no HTTP\r\n\r\n\u0000\u00ff', 'latin1'))
  },
  'bad-chunk': (exchange) => {
    exchange.raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnothing like a number\r\nxx\r\n')
  },
  'bad-length': (exchange) => {
    exchange.raw('HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello')
  },
  'two-lengths': (exchange) => {
    exchange.raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nokoko')
  },
  'body-of-204': (exchange) => {
    exchange.raw('HTTP/1.1 204 No Content\r\n\r\nsomething all the same')
    exchange.end()
  },
  twice: (exchange) => {
    // In one piece: what comes once the next request was sent is an answer to it, for all that anybody can know.
    const [first, second] = ['first', 'second'].map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`)
    exchange.raw(`HTTP/1.1 200 OK\r\n${first}HTTP/1.1 200 OK\r\n${second}`)
    exchange.end()
  },
  'huge-headers': (exchange, ask) => {
    const size = ask.number('size', 1_000_000)
    if (exchange.version === 2) return exchange.answer(200, { 'x-huge': 'x'.repeat(size) }, 'ok')
    exchange.answer(200, { 'X-Huge': 'x'.repeat(size) }, 'ok')
  },
  'endless-headers': (exchange) => {
    exchange.raw('HTTP/1.1 200 OK\r\n')
    if (exchange.version === 1) flow(exchange, () => exchange.raw(`X-More: ${'x'.repeat(1000)}\r\n`))
  },
  'endless-1xx': (exchange) => {
    flow(exchange, () => exchange.inform(103, { link: '</style.css>' }) && exchange.version === 1)
  },
}
