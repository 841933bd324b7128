import type { OutputEntry, OutputPage } from '../../core/output.ts'
import { LINE_END, type PrintStream } from './format.ts'
import { characterStart, isContinuation, Lines, LONGEST_LINE } from './lines.ts'
import { SegmentGone, Segments } from './segments.ts'

export interface RecordQuery {
  readonly stream: PrintStream
  /** Entries with a greater seq only; 0 is the start. */
  readonly after: number
  /** At most so many. A page also ends after about 1 MiB. */
  readonly limit: number
  /** The last so many of the last MiB, instead of the first; no more than `limit`. */
  readonly tail?: number
  /** Whether bytes behind the last line end are an entry: true once nobody writes any more. */
  readonly rest?: boolean
}

const PAGE_BYTES = 1_048_576
/** More than a long line's part, so that each block has an entry or is the last. */
const SMALLEST_BLOCK = 98_304
const LARGEST_BLOCK = 262_144
/** What a line is reckoned to have, in bytes. */
const USUAL_LINE = 128
/** Each time a segment went away just then, and the next time the oldest ones are left alone. */
const TRIES = 20

/** Reads what {@link RecordWriter} records, also while it does. */
export class RecordReader {
  readonly #folder: string

  /** @param folder the record of a task */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Entries of a stream: lines without their ends, or parts of long ones. `seq` of each is the place in the stream behind
   * it, and the page's `dropped` are bytes. A line whose beginning was dropped is left out, and counted so.
   * Undefined where nothing was recorded.
   */
  async read(query: RecordQuery): Promise<OutputPage | undefined> {
    for (let tries = 1; ; tries++) {
      let segments: Segments | undefined
      try {
        segments = await Segments.find(this.#folder, query.stream, tries - 1)
        if (segments === undefined) return undefined
        return await (query.tail === undefined
          ? page(segments, query, query.after, query.limit, PAGE_BYTES)
          : tail(segments, query, Math.min(query.tail, query.limit)))
      } catch (error) {
        if (!(error instanceof SegmentGone) || tries === TRIES) throw error
      } finally {
        await segments?.close()
      }
    }
  }
}

interface Page extends OutputPage {
  readonly items: OutputEntry[]
}

async function page(
  segments: Segments,
  query: RecordQuery,
  after: number,
  limit: number,
  bytes: number,
): Promise<Page> {
  const lines = new Lines(query.stream, limit, query.rest === true)
  let skipped = 0
  let at: number | undefined = after
  let taken = 0
  while (!lines.full) {
    const start: number | undefined = segments.next(at)
    if (start === undefined || (taken >= bytes && lines.entries.length > 0)) break
    const landed: number = start === at ? at : await landing(segments, start)
    skipped += landed - start
    const wanted = Math.min((limit - lines.entries.length) * USUAL_LINE, LARGEST_BLOCK)
    const end = Math.min(landed + Math.max(wanted, SMALLEST_BLOCK), segments.end)
    const [stretch] = await segments.stretches(landed, end)
    if (stretch === undefined) break
    const [block, marks] = await Promise.all([
      segments.read(landed, stretch.end),
      segments.marks(landed, stretch.end),
    ])
    at = lines.take({ at: landed, bytes: block, marks, then: stretch.then })
    taken += at - landed
    if (stretch.then === 'end') break
  }
  const { entries } = lines
  return { items: entries, cursor: entries.at(-1)?.seq ?? after, dropped: segments.dropped + skipped }
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

/** Goes back by blocks until there are enough entries behind. */
async function tail(segments: Segments, query: RecordQuery, count: number): Promise<Page> {
  let size = Math.min(Math.max(count * USUAL_LINE, LONGEST_LINE), PAGE_BYTES)
  for (; ; size *= 2) {
    const border = await borderBefore(segments, segments.keptEnd - size)
    const after = Math.max(border, query.after)
    const all = await page(segments, query, after, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
    if (all.items.length < count && size < PAGE_BYTES && border > query.after) continue
    return { ...all, items: count === 0 ? [] : all.items.slice(-count) }
  }
}

/** A place where an entry begins, at `place` or not far from it; 0 is the start of all that is kept. */
async function borderBefore(segments: Segments, place: number): Promise<number> {
  const at = Math.floor(place / LONGEST_LINE) * LONGEST_LINE
  if (at <= 0 || !segments.holds(at)) return Math.max(at, 0)
  // A line that begins here or before, and does not end at `at`, is a long one, and is cut there.
  const from = at - LONGEST_LINE
  const stretch = (await segments.stretches(from, at + 1)).at(-1)!
  const bytes = await segments.read(stretch.start, at + 1)
  const last = at - stretch.start
  const end = bytes.subarray(0, last).lastIndexOf(LINE_END)
  if (end !== -1) return stretch.start + end + 1
  if (stretch.start > from) return segments.holds(stretch.start - 1) ? stretch.start : stretch.start - 1
  return bytes[last] === LINE_END ? at + 1 : stretch.start + characterStart(bytes, last, 0)
}
