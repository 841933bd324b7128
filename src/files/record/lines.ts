import { isAscii, isUtf8 } from 'node:buffer'
import type { OutputEntry } from '../../core/output.ts'
import { LINE_END, type PrintStream, type TimeMark } from './format.ts'
import type { Stretch } from './segments.ts'

/** A line that is longer, in bytes, is shown by parts. */
export const LONGEST_LINE = 65_536

/**
 * Decoded at once, in bytes. Texts cut out of a larger one hold on to it, and those of more than about 100 KB cost several
 * times as much to make, because the heap has no room for them where it has room for the young.
 */
const PIECE = 32_768

/** A block of a stream, all of one stretch. */
export interface Block {
  /** Place of its first byte, which begins an entry. */
  readonly at: number
  readonly bytes: Buffer
  /** At least that which holds for its first byte, and all behind it. */
  readonly marks: readonly TimeMark[]
  readonly then: Stretch['then']
}

/**
 * Makes entries of bytes, as many as are asked for. Most output is plain text in short lines, so a block is decoded at once
 * and cut as text; bytes are looked at line by line only where that would not be true to them.
 *
 * A long line is cut at those places of the stream that are multiples of its longest size, and not relative to its start:
 * so a reader who comes from behind finds the same cuts without the start.
 */
export class Lines {
  #entries: OutputEntry[] = []
  readonly #stream: PrintStream
  readonly #limit: number
  readonly #rest: boolean
  #marks: readonly TimeMark[] = []
  #mark = 0

  /** @param rest whether what stands behind the last line end is an entry too: nothing will end it */
  constructor(stream: PrintStream, limit: number, rest: boolean) {
    this.#stream = stream
    this.#limit = limit
    this.#rest = rest
  }

  get entries(): OutputEntry[] {
    return this.#entries
  }

  get full(): boolean {
    return this.#entries.length >= this.#limit
  }

  /** The entries that were taken; others can be taken then. */
  handOver(): OutputEntry[] {
    const entries = this.#entries
    this.#entries = []
    return entries
  }

  /** Takes entries from the block, and returns the place behind them. */
  take(block: Block): number {
    // Parts of one block share its marks, and come in their order.
    if (this.#marks !== block.marks) this.#mark = 0
    this.#marks = block.marks
    const ended = block.bytes.lastIndexOf(LINE_END) + 1
    let at = this.#takeLines(block, ended)
    if (at < ended || this.full) return block.at + at
    at = this.#takeUnended(block, at)
    return block.at + at
  }

  /** Takes lines that have their ends before `ended`, by pieces of whole lines. */
  #takeLines(block: Block, ended: number): number {
    const { bytes } = block
    let at = 0
    while (at < ended && !this.full) {
      const most = Math.min(at + PIECE, ended)
      const end = bytes.subarray(at, most).lastIndexOf(LINE_END) + 1
      // Of a line that is longer than the piece, nothing but it.
      at = this.#takePiece(block, at, end === 0 ? bytes.indexOf(LINE_END, most) + 1 : at + end)
    }
    return at
  }

  #takePiece(block: Block, start: number, ended: number): number {
    const piece = block.bytes.subarray(start, ended)
    if (piece.length > LONGEST_LINE + 1) return this.#takeLong(block, start, ended)
    if (isAscii(piece)) return this.#takeAscii(block, start, piece.toString('latin1'))
    const text = isUtf8(piece) ? piece.toString('utf8') : undefined
    let at = start
    let character = 0
    while (at < ended && !this.full) {
      const end = block.bytes.indexOf(LINE_END, at)
      if (text === undefined) this.#takeBytes(block, at, end, end + 1)
      else {
        const next = text.indexOf('\n', character)
        this.#push(block.at + at, block.at + end + 1, text.slice(character, next))
        character = next + 1
      }
      at = end + 1
    }
    return at
  }

  /** Here a character is a byte. */
  #takeAscii(block: Block, start: number, text: string): number {
    const place = block.at + start
    let at = 0
    while (at < text.length && !this.full) {
      const end = text.indexOf('\n', at)
      this.#push(place + at, place + end + 1, text.slice(at, end))
      at = end + 1
    }
    return start + at
  }

  #takeLong(block: Block, start: number, ended: number): number {
    const at = this.#takeParts(block, start, ended - 1)
    if (this.full) return at
    this.#takeBytes(block, at, ended - 1, ended)
    return ended
  }

  #takeUnended(block: Block, start: number): number {
    const { bytes, then } = block
    let at = start
    if (bytes.length - at > LONGEST_LINE)
      at = this.#takeParts(block, at, then === 'more' ? Number.POSITIVE_INFINITY : bytes.length)
    if (at === bytes.length || this.full) return at
    if (then === 'border' || (then === 'end' && this.#rest)) {
      this.#takeBytes(block, at, bytes.length, bytes.length, true)
      return bytes.length
    }
    return at
  }

  /** Takes parts of a line that ends at `end`, all but the last. */
  #takeParts(block: Block, start: number, end: number): number {
    let at = start
    while (!this.full) {
      const cut = cutBehind(block, at)
      if (cut === undefined || cut.place >= end) break
      this.#takeBytes(block, at, cut.at, cut.at, true)
      at = cut.at
    }
    return at
  }

  #takeBytes({ at, bytes }: Block, start: number, end: number, behind: number, partial?: true): void {
    const part = bytes.subarray(start, end)
    const text = part.toString('utf8')
    if (!isUtf8(part)) this.#push(at + start, at + behind, text, partial, part.toString('base64'))
    else this.#push(at + start, at + behind, text, partial)
  }

  #push(place: number, seq: number, text: string, partial?: true, base64?: string): void {
    const marks = this.#marks
    while (this.#mark + 1 < marks.length && marks[this.#mark + 1]!.offset <= place) this.#mark++
    const { time, attempt } = marks[this.#mark]!
    const entry = { seq, time, stream: this.#stream, text, attempt }
    if (base64 === undefined && partial === undefined) this.#entries.push(entry)
    else
      this.#entries.push({
        ...entry,
        ...(base64 === undefined ? {} : { base64 }),
        ...(partial === undefined ? {} : { partial }),
      })
  }
}

/** The next cut of a long line: near which place, and where just there; undefined where the block does not reach it. */
function cutBehind({ at, bytes }: Block, start: number): { place: number; at: number } | undefined {
  let place = (Math.floor((at + start) / LONGEST_LINE) + 1) * LONGEST_LINE - at
  for (; place < bytes.length; place += LONGEST_LINE) {
    const cut = characterStart(bytes, place, start)
    if (cut > start) return { place, at: cut }
  }
  return undefined
}

/** Where the UTF-8 character that the byte at `place` belongs to begins; `place` itself where that is not UTF-8. */
export function characterStart(bytes: Uint8Array, place: number, least: number): number {
  if (!isContinuation(bytes[place]!)) return place
  for (let at = place - 1; at >= Math.max(least, place - 3); at--) {
    const byte = bytes[at]!
    if (isContinuation(byte)) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return at + length > place ? at : place
  }
  return place
}

export function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
