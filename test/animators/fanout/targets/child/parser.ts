import type { Asking } from './exchange.ts'

export interface Parsed extends Asking {
  /** Of its bytes. */
  readonly length: number
  /** It asked for the connection's end. */
  readonly last: boolean
}

const LENGTH = /\r\ncontent-length: *(\d+)/i
const LAST = /\r\nconnection: *close/i
const CHUNKED = /\r\ntransfer-encoding:/i

/**
 * The first request in a text of bytes (latin1), or undefined where it is not there as a whole. Minimal on purpose: whoever
 * asks is one of ours, and what counts is that 20,000 connections cost next to nothing.
 * @throws for a body in chunks
 */
export function parsed(text: string): Parsed | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  if (CHUNKED.test(head)) throw new Error('the targets take no request in chunks')
  const size = Number(LENGTH.exec(head)?.[1] ?? 0)
  const length = end + 4 + size
  if (text.length < length) return undefined
  const space = head.indexOf(' ')
  return {
    method: head.slice(0, space),
    target: head.slice(space + 1, head.indexOf(' ', space + 1)),
    length,
    last: LAST.test(head),
    headers: () => Object.fromEntries(new Headers(head.split('\r\n').slice(1).map(field))),
    body: () => Buffer.from(text.slice(end + 4, length), 'latin1').toString(),
  }
}

function field(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
