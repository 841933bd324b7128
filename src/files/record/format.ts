import { constants } from 'node:fs'
import type { OutputStream } from '../../core/output.ts'

/**
 * How the record of what processes print lies on disk: each stream in segments, files that are named by the place of
 * their first byte in the whole stream, and beside each the times at which its bytes came. All bytes that there ever were
 * end where the last segment ends; where one does not begin at the end of the one before, bytes were lost.
 */

/** The streams that are recorded. */
export type PrintStream = Extract<OutputStream, 'stdout' | 'stderr'>

/** When the bytes from `offset` on were written, and by which attempt. */
export interface TimeMark {
  readonly offset: number
  /** Epoch milliseconds. */
  readonly time: number
  readonly attempt: number
  /** The byte at `offset` goes on with a line whose beginning lies before it. Only told at the start of a segment. */
  readonly midLine: boolean
}

/** Bytes of one mark: offset and time (f64), attempt (u32, the highest bit for `midLine`); little endian. */
export const MARK_BYTES = 20

export const LINE_END = 0x0a

/** Neither links nor pipes that somebody has put in place of a file are followed, or waited for. */
export const CAREFULLY = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const MID_LINE = 0x8000_0000

/** File name of the segment that begins at this place of the stream. */
export function segmentName(stream: PrintStream, offset: number): string {
  return `${stream}.${String(offset).padStart(16, '0')}`
}

/** File name of the times of a segment. */
export function timesName(segment: string): string {
  return `${segment}.times`
}

/** Where the segments of a stream begin, ascending, among the names of a folder. */
export function segmentOffsets(names: readonly string[], stream: PrintStream): number[] {
  const offsets: number[] = []
  for (const name of names) {
    const digits = name.slice(stream.length + 1)
    if (!name.startsWith(`${stream}.`) || !/^\d{16}$/.test(digits)) continue
    const offset = Number(digits)
    if (Number.isSafeInteger(offset)) offsets.push(offset)
  }
  return offsets.sort((a, b) => a - b)
}

export function writeMark(mark: TimeMark): Buffer {
  const bytes = Buffer.allocUnsafe(MARK_BYTES)
  bytes.writeDoubleLE(mark.offset, 0)
  bytes.writeDoubleLE(mark.time, 8)
  bytes.writeUInt32LE(((mark.attempt & ~MID_LINE) | (mark.midLine ? MID_LINE : 0)) >>> 0, 16)
  return bytes
}

/** The mark at a place of `bytes`. */
export function readMark(bytes: Buffer, at: number): TimeMark {
  const attempt = bytes.readUInt32LE(at + 16)
  return {
    offset: bytes.readDoubleLE(at),
    time: bytes.readDoubleLE(at + 8),
    attempt: attempt & ~MID_LINE,
    midLine: (attempt & MID_LINE) !== 0,
  }
}
