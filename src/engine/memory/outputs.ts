import {
  CHECKPOINTS_KEPT,
  type OutputDraft,
  type OutputEntry,
  type OutputPage,
  type OutputStream,
} from '../../core/output.ts'

/** What an entry costs beyond its text, in bytes, roughly. */
const OVERHEAD = 64

/** When entries were written, and by which attempt: the same for all of a batch, so it is kept once for them. */
interface Stamp {
  /** The number of the first of these entries. */
  readonly from: number
  readonly time: number
  readonly attempt: number
}

/** One stream: append-only. What is kept of an entry is what was written; the rest of it is put together for who reads. */
class StreamLog {
  #drafts: OutputDraft[] = []
  #stamps: Stamp[] = []
  /** Entries before this one in the array were dropped, and go when they are half of it. */
  #head = 0
  #bytes = 0
  #seq = 0
  dropped = 0

  append(draft: OutputDraft, time: number, attempt: number): void {
    this.#seq++
    const last = this.#stamps.at(-1)
    if (last?.time !== time || last.attempt !== attempt) this.#stamps.push({ from: this.#seq, time, attempt })
    this.#drafts.push(draft)
  }

  /** The same for a stream that is bounded: the oldest entries are dropped first, and never the last one. */
  appendWithin(draft: OutputDraft, time: number, attempt: number, mostBytes: number, most: number): void {
    this.append(draft, time, attempt)
    this.#bytes += sizeOf(draft)
    while ((this.#bytes > mostBytes && this.length > 1) || this.length > most) {
      this.#bytes -= sizeOf(this.#drafts[this.#head]!)
      this.#head++
      this.dropped++
    }
    if (this.#head * 2 > this.#drafts.length) {
      this.#stamps = this.#stamps.slice(this.#stampAt(this.#oldest))
      this.#drafts = this.#drafts.slice(this.#head)
      this.#head = 0
    }
  }

  get length(): number {
    return this.#drafts.length - this.#head
  }

  get #oldest(): number {
    return this.#seq - this.length + 1
  }

  page(after: number, limit: number, tail: number | undefined): OutputPage {
    const skip = Math.max(0, after + 1 - this.#oldest, tail === undefined ? 0 : this.length - tail)
    const drafts = this.#drafts.slice(this.#head + skip, this.#head + skip + limit)
    const first = this.#oldest + skip
    let stamp = this.#stampAt(first)
    const items = drafts.map((draft, i) => {
      const seq = first + i
      if (this.#stamps[stamp + 1]?.from === seq) stamp++
      return entryOf(draft, seq, this.#stamps[stamp]!)
    })
    return { items, cursor: items.at(-1)?.seq ?? Math.max(after, this.#seq), dropped: this.dropped }
  }

  /** Where the stamp of the entry of that number is: the last one that begins no later. */
  #stampAt(seq: number): number {
    let [low, high] = [0, this.#stamps.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#stamps[middle]!.from <= seq) low = middle
      else high = middle
    }
    return low
  }
}

/** The output streams of one task. */
export class Outputs {
  readonly #streams = new Map<OutputStream, StreamLog>()

  constructor(
    private readonly mostBytes: number,
    private readonly mostItems: number,
  ) {}

  /** Answers the streams that were written to. */
  append(drafts: readonly OutputDraft[], time: number, attempt: number): Iterable<OutputStream> {
    const written = new Set<OutputStream>()
    let stream: OutputStream | undefined
    let log!: StreamLog
    for (const draft of drafts) {
      if (draft.stream !== stream) {
        stream = draft.stream
        log = this.#stream(stream)
        written.add(stream)
      }
      if (stream !== 'items') {
        const most = stream === 'checkpoint' ? CHECKPOINTS_KEPT : Number.POSITIVE_INFINITY
        log.appendWithin(draft, time, attempt, this.mostBytes, most)
      } else if (log.length < this.mostItems) log.append(draft, time, attempt)
      else log.dropped++
    }
    return written
  }

  drop(stream: OutputStream, count: number): void {
    this.#stream(stream).dropped += count
  }

  page(stream: OutputStream, after: number, limit: number, tail: number | undefined): OutputPage {
    return this.#streams.get(stream)?.page(after, limit, tail) ?? EMPTY_PAGE(after)
  }

  #stream(name: OutputStream): StreamLog {
    let log = this.#streams.get(name)
    if (log === undefined) this.#streams.set(name, (log = new StreamLog()))
    return log
  }
}

export const EMPTY_PAGE = (after: number): OutputPage => ({ items: [], cursor: after, dropped: 0 })

function entryOf({ stream, text, data, level }: OutputDraft, seq: number, stamp: Stamp): OutputEntry {
  return Object.freeze({
    stream,
    ...(text === undefined ? {} : { text }),
    ...(data === undefined ? {} : { data }),
    ...(level === undefined ? {} : { level }),
    seq,
    time: stamp.time,
    attempt: stamp.attempt,
  })
}

function sizeOf({ text, data }: OutputDraft): number {
  return OVERHEAD + (text?.length ?? 0) + (data === undefined ? 0 : JSON.stringify(data).length)
}
