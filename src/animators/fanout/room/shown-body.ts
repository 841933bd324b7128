import { isUtf8 } from 'node:buffer'

/** The bytes as text where they are UTF-8, else as base64; a character that was cut in two at the end is left out. */
export function shownBody(body: Buffer, truncated: boolean): { body: string; encoding?: 'base64' } {
  if (isUtf8(body)) return { body: body.toString('utf8') }
  const whole = truncated ? body.subarray(0, body.length - brokenTail(body)) : body
  return isUtf8(whole)
    ? { body: whole.toString('utf8') }
    : { body: body.toString('base64'), encoding: 'base64' }
}

/** Bytes of a UTF-8 character at the end that is not complete. */
function brokenTail(body: Buffer): number {
  for (let back = 1; back <= Math.min(3, body.length); back++) {
    const byte = body[body.length - back]!
    // The first byte of a character is no continuation byte (10xxxxxx).
    if ((byte & 0xc0) !== 0x80) return back
  }
  return 0
}
