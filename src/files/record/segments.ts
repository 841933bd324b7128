import { constants } from 'node:fs'
import { lstat, open, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CAREFULLY,
  segmentName,
  segmentOffsets,
  timesName,
  type PrintStream,
  type TimeMark,
} from './format.ts'
import { Marks } from './marks.ts'
import { placeRead } from './reading.ts'

interface Opened {
  readonly data: FileHandle
  readonly marks: Marks
}

interface Segment {
  readonly path: string
  readonly offset: number
  /** Place behind its last byte. */
  readonly end: number
  readonly modifiedAt: number
  opened?: Promise<Opened>
}

/** Bytes without a gap, all of the same attempt. */
export interface Stretch {
  readonly start: number
  readonly end: number
  /**
   * What comes behind it: `more` of the same, a `border` (another attempt, or a gap), or the `end` of what is recorded
   * so far.
   */
  readonly then: 'more' | 'border' | 'end'
}

/** A segment was dropped between the look at the folder and the look into the file: look again. */
export class SegmentGone extends Error {}

/** What is kept of a stream, as it was when the folder was looked at; files are opened when they are needed. */
export class Segments {
  /** Bytes of the stream that are not kept. */
  readonly dropped: number
  /** Place behind the last byte. */
  readonly end: number
  /** Place behind the last byte that is kept: before `end` where a full disk has lost the last of the stream. */
  readonly keptEnd: number
  /** How far it was read, where whoever writes it waits for that. */
  readonly readTo: number | undefined
  readonly #list: readonly Segment[]

  private constructor(list: readonly Segment[], readTo: number | undefined) {
    this.#list = list
    this.readTo = readTo
    this.end = list.at(-1)!.end
    this.keptEnd = (list.findLast(({ offset, end }) => end > offset) ?? list[0]!).end
    this.dropped = this.end - list.reduce((sum, one) => sum + one.end - one.offset, 0)
  }

  /**
   * Undefined where nothing was recorded.
   * @param without so many of the oldest are taken for dropped, as they are about to be; never the last
   */
  static async find(folder: string, stream: PrintStream, without = 0): Promise<Segments | undefined> {
    const names = (await readdir(folder).catch(unlessMissing)) ?? []
    const offsets = segmentOffsets(names, stream)
    const found = await Promise.all(
      offsets.map(async (offset, i) => {
        const path = join(folder, segmentName(stream, offset))
        const about = await lstat(path).catch(unlessMissing)
        if (about === undefined || !about.isFile()) return undefined
        // Two writers at once would write more than fits before the next segment.
        const end = Math.min(offset + about.size, offsets[i + 1] ?? Number.POSITIVE_INFINITY)
        return { path, offset, end, modifiedAt: about.mtimeMs }
      }),
    )
    const list = found.filter((one) => one !== undefined)
    if (list.length > 0) {
      return new Segments(list.slice(Math.min(without, list.length - 1)), placeRead(names, stream))
    }
    if (offsets.length > 0) throw new SegmentGone(`all of ${folder} was dropped`)
    return undefined
  }

  /** Whether the byte at this place is kept. */
  holds(place: number): boolean {
    const segment = this.#from(place)
    return segment !== undefined && segment.offset <= place
  }

  /** The first byte at this place, or behind it, that is kept; undefined at the end. */
  next(place: number): number | undefined {
    const segment = this.#from(place)
    return segment === undefined ? undefined : Math.max(segment.offset, place)
  }

  /** The stretches between two places, cut off there. */
  async stretches(from: number, to: number): Promise<Stretch[]> {
    const parts: { start: number; end: number; attempt: number }[] = []
    // One byte more: whether a border is just at `to`.
    for (const segment of this.#between(from, to + 1)) {
      const { marks } = await this.#open(segment)
      const borders = (await marks.borders()).filter((at) => at > segment.offset && at < segment.end)
      let start = segment.offset
      let { attempt } = await marks.first()
      for (const end of [...borders, segment.end]) {
        if (start !== segment.offset) attempt = (await marks.within(start, start + 1)).at(-1)!.attempt
        const before = parts.at(-1)
        if (before?.end === start && before.attempt === attempt) before.end = end
        else parts.push({ start, end, attempt })
        start = end
      }
    }
    const stretches: Stretch[] = []
    for (const [i, part] of parts.entries()) {
      if (part.start >= to || part.end <= from) continue
      const behind = part.end > to ? 'more' : i + 1 < parts.length || part.end < this.end ? 'border' : 'end'
      stretches.push({ start: Math.max(part.start, from), end: Math.min(part.end, to), then: behind })
    }
    return stretches
  }

  /** The bytes from a place to before another, without a gap between. */
  async read(from: number, to: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(to - from)
    for (const segment of this.#between(from, to)) {
      const { data } = await this.#open(segment)
      const end = Math.min(segment.end, to)
      for (let at = Math.max(segment.offset, from); at < end;) {
        const { bytesRead } = await data.read(bytes, at - from, end - at, at - segment.offset)
        if (bytesRead === 0) throw new SegmentGone(`${segment.path} has become shorter`)
        at += bytesRead
      }
    }
    return bytes
  }

  /** When bytes between two places came, ascending; one at least. */
  async marks(from: number, to: number): Promise<readonly TimeMark[]> {
    let all: TimeMark[] | undefined
    for (const segment of this.#between(from, to)) {
      const { marks } = await this.#open(segment)
      const some = await marks.within(Math.max(from, segment.offset), Math.min(to, segment.end))
      if (all === undefined) all = some
      else for (const mark of some) all.push(mark)
    }
    return all ?? []
  }

  /** Whether the segment that begins here goes on with a line that began before it. */
  async beginsInLine(place: number): Promise<boolean> {
    const segment = this.#from(place)
    if (segment?.offset !== place) return false
    const { marks } = await this.#open(segment)
    return (await marks.first()).midLine
  }

  async close(): Promise<void> {
    for (const segment of this.#list) {
      const opened = await segment.opened?.catch(() => undefined)
      await opened?.data.close()
      await opened?.marks.close()
    }
  }

  /** The first that has a byte at this place or behind it. */
  #from(place: number): Segment | undefined {
    return this.#list.find((one) => one.end > place && one.end > one.offset)
  }

  #between(from: number, to: number): Segment[] {
    return this.#list.filter((one) => one.offset < to && one.end > from && one.end > one.offset)
  }

  #open(segment: Segment): Promise<Opened> {
    return (segment.opened ??= this.#openFiles(segment))
  }

  /** Times first: they are removed last, so where there are none, and yet bytes, there never were any. */
  async #openFiles({ path, offset, modifiedAt }: Segment): Promise<Opened> {
    const stand = { offset, time: Math.floor(modifiedAt), attempt: 1, midLine: false }
    const marks = await Marks.open(timesName(path), stand)
    try {
      return { data: await open(path, constants.O_RDONLY | CAREFULLY), marks }
    } catch (error) {
      await marks.close()
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      throw new SegmentGone(`${path} was dropped`)
    }
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
