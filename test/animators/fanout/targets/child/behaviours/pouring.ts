import type { Exchange } from '../exchange.ts'

/** The same memory for all that is sent, so that thousands of large bodies cost nothing here. */
export const XS = Buffer.alloc(65_536, 'x')

/** Sends so many bytes of body, as fast as they are taken; then calls back. */
export function pour(exchange: Exchange, size: number, then: () => void): void {
  let left = size
  flow(exchange, () => {
    if (left <= 0) {
      then()
      return undefined
    }
    const length = Math.min(left, XS.length)
    left -= length
    return exchange.piece(length === XS.length ? XS : XS.subarray(0, length))
  })
}

/** Calls again and again: at once after true, when all is taken after false, never after undefined or the end. */
export function flow(exchange: Exchange, send: () => boolean | undefined): void {
  for (;;) {
    if (exchange.over) return
    const taken = send()
    if (taken === undefined) return
    if (!taken) return exchange.drained(() => flow(exchange, send))
  }
}
