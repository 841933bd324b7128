import { LINE_END } from './format.ts'
import { isContinuation, LONGEST_LINE, type Block } from './lines.ts'
import type { Segments } from './segments.ts'

/** What was found from a place on. */
export interface Found {
  /** Undefined where there is nothing more. */
  readonly block: Block | undefined
  /** Bytes that are kept and not shown: the end of a line whose beginning is not kept. */
  readonly skipped: number
}

/** The first block at a place, or behind it, that is kept: as much of one stretch as there is, up to `size` bytes. */
export async function blockAt(segments: Segments, place: number, size: number): Promise<Found> {
  const start = segments.next(place)
  if (start === undefined) return { block: undefined, skipped: 0 }
  const at = start === place ? place : await landing(segments, start)
  const skipped = at - start
  const [stretch] = await segments.stretches(at, Math.min(at + size, segments.end))
  if (stretch === undefined) return { block: undefined, skipped }
  const [bytes, marks] = await Promise.all([segments.read(at, stretch.end), segments.marks(at, stretch.end)])
  return { block: { at, bytes, marks, then: stretch.then }, skipped }
}

/**
 * What of a block begins at `place`, cut off at the last line end before `size` bytes; all of it where there is none, as only
 * the whole tells where a long line is to be cut.
 */
export function partOf(block: Block, place: number, size: number): Block {
  const from = place - block.at
  const some = block.bytes.subarray(from, from + size)
  const end = from + some.length < block.bytes.length ? some.lastIndexOf(LINE_END) + 1 : 0
  if (end > 0) return { at: place, bytes: some.subarray(0, end), marks: block.marks, then: 'more' }
  return { ...block, at: place, bytes: block.bytes.subarray(from) }
}

/** Where reading begins when what stood before `start` is not kept: not in the middle of a line, if that can be. */
async function landing(segments: Segments, start: number): Promise<number> {
  if (!(await segments.beginsInLine(start))) return start
  const [stretch] = await segments.stretches(start, start + LONGEST_LINE)
  const bytes = await segments.read(start, stretch!.end)
  const end = bytes.indexOf(LINE_END)
  if (end !== -1) return start + end + 1
  let skipped = 0
  while (skipped < 3 && isContinuation(bytes[skipped] ?? 0)) skipped++
  return start + skipped
}
