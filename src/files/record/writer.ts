import { closeSync, constants, fstatSync, ftruncateSync, openSync, readdirSync } from 'node:fs'
import { statSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../core/errors.ts'
import {
  CAREFULLY,
  LINE_END,
  MARK_BYTES,
  segmentName,
  segmentOffsets,
  timesName,
  writeMark,
  type PrintStream,
} from './format.ts'

export interface RecordOptions {
  /** The attempt whose bytes these are, from 1. */
  readonly attempt: number
  /** Bytes of the stream that are kept at least, the newest; all by default. An eighth more may lie there. */
  readonly keep?: number
  /** Epoch milliseconds; the system's clock by default. */
  readonly now?: () => number
}

interface Segment {
  readonly offset: number
  size: number
}

const SMALLEST_SEGMENT = 65_536
/** Times are no finer than this, in ms. */
const TIME_STEP = 10
/** How long after a failed write the next one is tried, in ms; twice as long after each, for each may leave a segment. */
const RETRY_AFTER = 1_000
const LONGEST_RETRY = 16_000

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | CAREFULLY

/**
 * Records a stream of a process, byte for byte, behind what earlier attempts recorded. Works synchronously: it lives
 * where processes are read from, and what has been taken out of a pipe should be on disk before more is taken.
 * Nothing is opened before the first write; most processes print to one stream only.
 */
export class RecordWriter {
  readonly #folder: string
  readonly #stream: PrintStream
  readonly #attempt: number
  #keep: number
  readonly #segmentBytes: number
  readonly #now: () => number
  /** What is kept, oldest first; undefined until it was looked for. */
  #kept: Segment[] | undefined
  /** Bytes of earlier attempts. */
  #before = 0
  #written = 0
  #lost = 0
  #fault: string | undefined
  #data: number | undefined
  #times: number | undefined
  #lastTime = Number.NEGATIVE_INFINITY
  #midLine = false
  /** Bytes were lost since the last that were written. */
  #gap = false
  #retryAt = Number.NEGATIVE_INFINITY
  #retryAfter = RETRY_AFTER

  constructor(folder: string, stream: PrintStream, options: RecordOptions) {
    this.#folder = folder
    this.#stream = stream
    this.#attempt = options.attempt
    this.#keep = options.keep ?? Number.POSITIVE_INFINITY
    this.#segmentBytes = Math.max(SMALLEST_SEGMENT, Math.ceil(this.#keep / 8))
    this.#now = options.now ?? Date.now
  }

  /** Bytes of the stream ever: those of earlier attempts, those no longer kept, and lost ones among them. */
  get size(): number {
    this.#look()
    return this.#before + this.#written
  }

  /** Bytes behind this place that can be read, none of those that were lost. */
  behind(place: number): number {
    let sum = 0
    for (const { offset, size } of this.#look()) sum += Math.max(0, offset + size - Math.max(offset, place))
    return sum
  }

  /** Bytes of this attempt, lost ones among them. */
  get written(): number {
    return this.#written
  }

  /** Bytes of this attempt that could not be written, because the disk was full or refused them. */
  get lost(): number {
    return this.#lost
  }

  /** Message of the first error that lost bytes. */
  get fault(): string | undefined {
    return this.#fault
  }

  /**
   * Appends. Never throws: what cannot be written is counted in `lost`, and a second later writing is tried again,
   * in a segment of its own behind the gap.
   */
  write(bytes: Uint8Array): void {
    let rest = bytes
    if (this.#now() >= this.#retryAt) {
      try {
        while (rest.length > 0) rest = this.#append(rest)
      } catch (error) {
        this.#failed(error)
      }
    }
    if (rest.length === 0) return
    this.#lost += rest.length
    this.passOver(rest)
  }

  /** Counts bytes as printed that are not to be kept: there is a gap in their place. */
  passOver(bytes: Uint8Array): void {
    this.#gap = true
    this.#written += bytes.length
    this.#midLine = bytes.at(-1) !== LINE_END
  }

  /** From now on so many bytes more are kept. */
  keepMore(bytes: number): void {
    this.#keep += bytes
  }

  /** Closes the files. A later write would open them again. */
  close(): void {
    try {
      // So that it can be seen on disk that something is missing at the end. Names mostly fit on a full disk, times do not.
      if (this.#gap) this.#begin(false)
    } catch {
      // Not even a name: then the stream ends before the gap.
    }
    this.#closeFiles()
  }

  /** Writes as much as goes in one go, and returns the rest. */
  #append(bytes: Uint8Array): Uint8Array {
    const segment = this.#segment()
    const part = bytes.subarray(0, this.#fitting(segment, bytes))
    if (part.length === 0) {
      this.#begin()
      return bytes
    }
    this.#stamp(this.#before + this.#written)
    const count = writeSync(this.#data!, part)
    if (count === 0) throw new Error('nothing could be written')
    segment.size += count
    this.#written += count
    this.#midLine = part[count - 1] !== LINE_END
    this.#drop()
    return bytes.subarray(count)
  }

  #failed(error: unknown): void {
    this.#fault ??= messageOf(error)
    this.#retryAt = this.#now() + this.#retryAfter
    this.#retryAfter = Math.min(this.#retryAfter * 2, LONGEST_RETRY)
    this.#closeFiles()
    if (this.#kept?.at(-1)?.size === 0) this.#unlink(this.#kept.pop()!)
  }

  /** How many of the bytes the segment takes. Segments end with a line where they can. */
  #fitting(segment: Segment, bytes: Uint8Array): number {
    if (this.#keep === Number.POSITIVE_INFINITY) return bytes.length
    const room = Math.max(0, this.#segmentBytes - segment.size)
    if (bytes.length <= room) return bytes.length
    const lines = bytes.subarray(0, room).lastIndexOf(LINE_END) + 1
    return lines === 0 && (this.#midLine || segment.size === 0) ? room : lines
  }

  /** The segment that is written to, opened. */
  #segment(): Segment {
    const kept = this.#find()
    const last = kept.at(-1)
    if (last === undefined || this.#gap) return this.#begin()
    if (this.#data === undefined) this.#open(last)
    return last
  }

  /** Opens a segment of its own for what comes next. One without a time gets that with its first bytes. */
  #begin(isTimed = true): Segment {
    const kept = this.#find()
    this.#closeFiles()
    const segment = { offset: this.#before + this.#written, size: 0 }
    try {
      this.#open(segment)
      if (isTimed) this.#stamp(segment.offset)
    } catch (error) {
      this.#unlink(segment)
      throw error
    }
    // One that is empty is replaced: it has the same name.
    if (kept.at(-1)?.offset === segment.offset) kept.pop()
    kept.push(segment)
    this.#gap = false
    return segment
  }

  /** Times first, so that whoever sees the bytes finds out when they came. */
  #open(segment: Segment): void {
    const path = this.#path(segment)
    this.#times = openSync(timesName(path), APPEND, 0o600)
    // A process that was killed may have left half a mark.
    const { size } = fstatSync(this.#times)
    if (size % MARK_BYTES !== 0) ftruncateSync(this.#times, size - (size % MARK_BYTES))
    this.#data = openSync(path, APPEND, 0o600)
    this.#lastTime = Number.NEGATIVE_INFINITY
  }

  /** Notes the time, unless that was done just now. */
  #stamp(offset: number): void {
    const time = this.#now()
    if (Math.abs(time - this.#lastTime) < TIME_STEP) return
    const mark = writeMark({ offset, time, attempt: this.#attempt, midLine: this.#midLine })
    if (writeSync(this.#times!, mark) < MARK_BYTES) throw new Error('no room for the time of output')
    this.#lastTime = time
  }

  /** Removes the oldest, as long as enough is kept. */
  #drop(): void {
    const kept = this.#kept!
    let sum = 0
    for (const segment of kept) sum += segment.size
    while (kept.length > 1 && sum - kept[0]!.size >= this.#keep) {
      const oldest = kept.shift()!
      sum -= oldest.size
      this.#unlink(oldest)
    }
  }

  #unlink(segment: Segment): void {
    const path = this.#path(segment)
    for (const file of [path, timesName(path)]) {
      try {
        unlinkSync(file)
      } catch {
        // It has gone already, or goes with the task.
      }
    }
  }

  #look(): readonly Segment[] {
    try {
      return this.#find()
    } catch {
      // Told by the write that needs it.
      return []
    }
  }

  #find(): Segment[] {
    if (this.#kept !== undefined) return this.#kept
    const offsets = segmentOffsets(readdirSync(this.#folder), this.#stream)
    const kept = offsets.map((offset) => ({ offset, size: statSync(this.#path({ offset })).size }))
    const last = kept.at(-1)
    this.#before = last === undefined ? 0 : last.offset + last.size
    return (this.#kept = kept)
  }

  #path(segment: { readonly offset: number }): string {
    return join(this.#folder, segmentName(this.#stream, segment.offset))
  }

  #closeFiles(): void {
    for (const file of [this.#data, this.#times]) {
      try {
        if (file !== undefined) closeSync(file)
      } catch {
        // Closed it is all the same, and what it could not store was told before.
      }
    }
    this.#data = this.#times = undefined
  }
}
