import type { OutputDraft, OutputEntry, OutputPage, OutputStream } from '../../core/output.ts'

/** What an entry costs beyond its text, in bytes, roughly. */
const OVERHEAD = 64

/** One stream: append-only, bounded, the oldest dropped first. */
class StreamLog {
  #entries: OutputEntry[] = []
  /** Entries before this one in the array were dropped, and go when they are half of it. */
  #head = 0
  #bytes = 0
  #seq = 0
  dropped = 0

  append(draft: OutputDraft, time: number, attempt: number): void {
    const entry = Object.freeze({ ...draft, seq: ++this.#seq, time, attempt })
    this.#entries.push(entry)
    this.#bytes += sizeOf(entry)
  }

  get length(): number {
    return this.#entries.length - this.#head
  }

  shrink(mostBytes: number): void {
    while (this.#bytes > mostBytes && this.length > 1) {
      this.#bytes -= sizeOf(this.#entries[this.#head]!)
      this.#head++
      this.dropped++
    }
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
  }

  page(after: number, limit: number, tail: number | undefined): OutputPage {
    const oldest = this.#entries[this.#head]?.seq ?? this.#seq + 1
    const skip = Math.max(0, after + 1 - oldest, tail === undefined ? 0 : this.length - tail)
    const items = this.#entries.slice(this.#head + skip, this.#head + skip + limit)
    return { items, cursor: items.at(-1)?.seq ?? Math.max(after, this.#seq), dropped: this.dropped }
  }
}

/** The output streams of one task. */
export class Outputs {
  readonly #streams = new Map<OutputStream, StreamLog>()

  constructor(
    private readonly mostBytes: number,
    private readonly mostItems: number,
  ) {}

  append(draft: OutputDraft, time: number, attempt: number): void {
    const log = this.#stream(draft.stream)
    if (draft.stream === 'items') {
      if (log.length < this.mostItems) log.append(draft, time, attempt)
      else log.dropped++
      return
    }
    log.append(draft, time, attempt)
    log.shrink(this.mostBytes)
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

function sizeOf(entry: OutputEntry): number {
  return (
    OVERHEAD + (entry.text?.length ?? 0) + (entry.data === undefined ? 0 : JSON.stringify(entry.data).length)
  )
}
