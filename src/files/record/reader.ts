import type { OutputEntry, OutputPage } from '../../core/output.ts'
import { blockAt, partOf, type Found } from './blocks.ts'
import { LINE_END, type PrintStream } from './format.ts'
import { characterStart, Lines, LONGEST_LINE, type Block } from './lines.ts'
import { noteReading } from './reading.ts'
import { SegmentGone, Segments } from './segments.ts'

/** Which entries of a record. */
export interface RecordSelection {
  readonly stream: PrintStream
  /** Entries with a greater seq only; 0 is the start. */
  readonly after: number
  /** Whether bytes behind the last line end are an entry: true once nobody writes any more. */
  readonly rest?: boolean
}

export interface RecordQuery extends RecordSelection {
  /** At most so many. A page also ends after about 1 MiB. */
  readonly limit: number
  /** The last so many of the last MiB, instead of the first; no more than `limit`. */
  readonly tail?: number
}

const PAGE_BYTES = 1_048_576
/** More than a long line's part, so that each block has an entry or is the last. */
const SMALLEST_BLOCK = 98_304
const LARGEST_BLOCK = 262_144
/** What a line is reckoned to have, in bytes. */
const USUAL_LINE = 128
/** Each time a segment went away just then, and the next time the oldest ones are left alone. */
const TRIES = 20

/** Read from files at once, to be made pages of. */
const SPAN_BYTES = 1_048_576
/**
 * Such a page is small, because its entries are used up as they are made: the garbage collector would move those of a large one,
 * which takes as long as to make them.
 */
const SMALL_PAGE = { entries: 4_096, bytes: 131_072 }

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
    return this.#look(query.stream, query.after, (segments) =>
      query.tail === undefined
        ? page(segments, query, query.after, query.limit, PAGE_BYTES)
        : tail(segments, query, Math.min(query.tail, query.limit)),
    )
  }

  /**
   * The same entries, all that are recorded by now, by many small pages of which none is empty. While one is looked at no file is
   * open. Undefined where nothing was recorded.
   */
  async pages(query: RecordSelection): Promise<AsyncGenerator<OutputPage> | undefined> {
    const first = await this.#span(query.stream, query.after)
    return first === undefined ? undefined : this.#pagesFrom(first, query)
  }

  async *#pagesFrom(first: Span, { stream, rest }: RecordSelection): AsyncGenerator<OutputPage> {
    let span: Span | undefined = first
    while (span?.block !== undefined) {
      const block: Block = span.block
      const dropped = span.dropped + span.skipped
      const lines = new Lines(stream, SMALL_PAGE.entries, rest === true)
      let { at } = block
      for (;;) {
        const behind = lines.take(partOf(block, at, SMALL_PAGE.bytes))
        if (behind === at) break
        at = behind
        const items = lines.handOver()
        if (items.length > 0) yield { items, cursor: items.at(-1)!.seq, dropped }
      }
      if (block.then === 'end') return
      span = await this.#span(stream, at)
    }
  }

  #span(stream: PrintStream, place: number): Promise<Span | undefined> {
    return this.#look(stream, place, async (segments) => ({
      ...(await blockAt(segments, place, SPAN_BYTES)),
      dropped: segments.dropped,
    }))
  }

  /** Whoever asks for what comes after a place has read what is before it. Undefined where nothing was recorded. */
  async #look<Seen>(
    stream: PrintStream,
    after: number,
    work: (segments: Segments) => Promise<Seen>,
  ): Promise<Seen | undefined> {
    for (let tries = 1; ; tries++) {
      let segments: Segments | undefined
      try {
        segments = await Segments.find(this.#folder, stream, tries - 1)
        if (segments === undefined) return undefined
        const { readTo, end } = segments
        if (readTo !== undefined) await noteReading(this.#folder, stream, readTo, Math.min(after, end))
        return await work(segments)
      } catch (error) {
        if (!(error instanceof SegmentGone) || tries === TRIES) throw error
      } finally {
        await segments?.close()
      }
    }
  }
}

interface Span extends Found {
  /** Bytes of the stream that were not kept then. */
  readonly dropped: number
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
  let at = after
  let taken = 0
  while (!lines.full && (taken < bytes || lines.entries.length === 0)) {
    const wanted = Math.min((limit - lines.entries.length) * USUAL_LINE, LARGEST_BLOCK)
    const found = await blockAt(segments, at, Math.max(wanted, SMALLEST_BLOCK))
    skipped += found.skipped
    const { block } = found
    if (block === undefined) break
    at = lines.take(block)
    taken += at - block.at
    if (block.then === 'end') break
  }
  const { entries } = lines
  return { items: entries, cursor: entries.at(-1)?.seq ?? after, dropped: segments.dropped + skipped }
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
