import type { OutputDraft, OutputStream } from '../core/output.ts'
import type { OutputBatch } from '../engine/contract.ts'

/** A run that writes faster than is stored keeps this many entries and characters of its streams at most. */
const MOST_ENTRIES = 2_000
const MOST_TEXT = 1_048_576

/**
 * Output of a run that is not stored yet. Bounded: the oldest entries go, and are counted; of `items`, those beyond the
 * task's limit; of `checkpoint`, all but the last.
 */
export class PendingOutput {
  #entries: OutputDraft[] = []
  #items: OutputDraft[] = []
  #checkpoint: OutputDraft | undefined
  #head = 0
  #text = 0
  #dropped: Partial<Record<OutputStream, number>> = {}

  /** @param mostItems the most that the task may have at all */
  constructor(private readonly mostItems: number) {}

  add(entry: OutputDraft): void {
    if (entry.stream === 'items') {
      if (this.#items.length < this.mostItems) this.#items.push(entry)
      else this.#drop(entry)
      return
    }
    if (entry.stream === 'checkpoint') {
      if (this.#checkpoint !== undefined) this.#drop(entry)
      this.#checkpoint = entry
      return
    }
    this.#entries.push(entry)
    this.#text += sizeOf(entry)
    while (this.#entries.length - this.#head > MOST_ENTRIES || this.#text > MOST_TEXT) {
      const oldest = this.#entries[this.#head++]!
      this.#text -= sizeOf(oldest)
      this.#drop(oldest)
    }
    if (this.#head > MOST_ENTRIES) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
  }

  #drop({ stream }: OutputDraft): void {
    this.#dropped[stream] = (this.#dropped[stream] ?? 0) + 1
  }

  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#entries.length === 0 && this.#checkpoint === undefined
  }

  /** All of it, to be stored. */
  take(): OutputBatch {
    const entries = [...this.#entries.slice(this.#head), ...this.#items]
    if (this.#checkpoint !== undefined) entries.push(this.#checkpoint)
    const batch = { entries, dropped: this.#dropped }
    this.#entries = []
    this.#items = []
    this.#checkpoint = undefined
    this.#head = 0
    this.#text = 0
    this.#dropped = {}
    return batch
  }
}

function sizeOf({ text, data }: OutputDraft): number {
  return (text?.length ?? 0) + (data === undefined ? 0 : JSON.stringify(data).length)
}
