import type { Behaviour } from './ask.ts'
import { pour, XS } from './pouring.ts'

const body = (size: number): string | Buffer =>
  size === 2 ? 'ok' : size <= XS.length ? XS.subarray(0, size) : Buffer.alloc(size, 'x')

const redirect: Behaviour = (exchange, ask) => {
  const kind = ask.take('')
  const status = ask.number('status', 302)
  const query = status === 302 ? '' : `?status=${status}`
  const to = (path: string): void => exchange.answer(status, { location: path }, 'moved')
  if (kind === 'loop') return to(`/redirect/loop${query}`)
  const [count, at] = [ask.takeNumber(1), ask.takeNumber(0)]
  if (kind === 'circle') return to(`/redirect/circle/${count}/${(at + 1) % count}${query}`)
  if (kind === 'chain') return to(count > 1 ? `/redirect/chain/${count - 1}${query}` : '/ok')
  to(ask.text('to', '/ok'))
}

/** What a well-behaved server answers. */
export const answers: Readonly<Record<string, Behaviour>> = {
  ok: (exchange, ask) => exchange.answer(200, {}, body(ask.number('size', 2))),
  status: (exchange, ask) => {
    const status = ask.takeNumber(200)
    const size = ask.number('size', 2)
    exchange.answer(status, {}, status === 204 || status === 304 ? '' : body(size))
  },
  'retry-after': (exchange, ask) => {
    const seconds = ask.takeNumber(1)
    const after =
      ask.number('date', 0) === 0 ? String(seconds) : new Date(Date.now() + seconds * 1000).toUTCString()
    exchange.answer(ask.number('status', 503), { 'retry-after': after }, 'later')
  },
  redirect,
  echo: (exchange) => {
    const { method, target } = exchange
    const said = { method, target, headers: exchange.headers(), body: exchange.body() }
    exchange.answer(200, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify(said)))
  },
  bytes: (exchange) => exchange.answer(200, {}, Buffer.from([0, 255, 254, 0x80, 10])),
  chunked: (exchange, ask) => {
    exchange.begin(200, {})
    pour(exchange, ask.number('size', 2), () => exchange.end())
  },
  'until-close': (exchange, ask) => {
    if (exchange.version === 2) return exchange.answer(200, {}, body(ask.number('size', 2)))
    exchange.raw('HTTP/1.1 200 OK\r\n\r\n')
    pour(exchange, ask.number('size', 2), () => exchange.close())
  },
  close: (exchange) => exchange.answer(200, {}, 'bye', true),
  'close-silently': (exchange) => {
    exchange.answer(200, {}, 'bye')
    exchange.goAway()
  },
  goaway: (exchange) => {
    exchange.answer(200, {}, 'bye')
    exchange.goAway()
  },
  'keep-alive': (exchange, ask) => {
    const seconds = ask.takeNumber(1)
    const said = exchange.version === 1 ? { 'Keep-Alive': `timeout=${seconds}` } : {}
    exchange.answer(200, said, 'ok')
    exchange.whenIdle(seconds * 1000, () => exchange.goAway())
  },
  '1xx': (exchange, ask) => {
    for (let count = ask.takeNumber(1); count > 0; count--) exchange.inform(103, { link: '</style.css>' })
    exchange.answer(200, {}, 'ok')
  },
}
