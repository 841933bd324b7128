import type { Behaviour } from './ask.ts'
import { flow, pour, XS } from './pouring.ts'

/** What does not come to an end, or breaks off. */
export const silences: Readonly<Record<string, Behaviour>> = {
  hang: () => {},
  'hang-body': (exchange, ask) => {
    const size = ask.number('size', 50)
    exchange.begin(200, {}, 2 * size)
    pour(exchange, size, () => {})
  },
  crumbs: (exchange, ask) => {
    exchange.begin(200, {})
    // A chunk of one byte each, all in one piece, so that it is the other side's work to take them apart.
    if (exchange.version === 1) exchange.raw('1\r\nx\r\n'.repeat(ask.number('size', 4000)))
  },
  drip: (exchange, ask) => {
    const size = ask.number('size', Infinity)
    exchange.begin(200, {}, size === Infinity ? undefined : size)
    let sent = 0
    const timer = setInterval(
      () => {
        exchange.piece('x')
        if (++sent >= size) exchange.end()
      },
      ask.number('every', 50),
    )
    exchange.onOver(() => clearInterval(timer))
  },
  endless: (exchange) => {
    exchange.begin(200, {})
    flow(exchange, () => exchange.piece(XS))
  },
  reset: (exchange) => exchange.reset(),
  'reset-body': (exchange) => {
    exchange.begin(200, {}, 100)
    exchange.piece(XS.subarray(0, 50))
    // A turn later, because RST at once would overtake what was just written.
    setTimeout(() => exchange.reset(), 20)
  },
  drop: (exchange) => exchange.drop(),
  refuse: (exchange) => exchange.refuse(),
}
