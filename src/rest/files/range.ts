import { MajordomoError } from '../../core/errors.ts'
import type { ByteRange } from '../../core/files.ts'

/** A range that lies behind the end of a file: its answer tells how long the file is. */
export class UnsatisfiableRange extends MajordomoError {
  /** Bytes of the file. */
  readonly size: number

  constructor(size: number) {
    super('unsatisfiable-range', `the file has ${size} bytes`)
    this.size = size
  }
}

const BYTES = /^bytes[ \t]*=[ \t]*(?:(\d+)-(\d*)|-(\d+))[ \t]*$/i

/**
 * Which bytes a Range header asks for (RFC 9110, section 14); undefined for all of them: without one, for several ranges at
 * once, and for what is no range, all of which a server may overlook.
 *
 * @param size of the file, in bytes
 * @throws {UnsatisfiableRange}
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last, suffix] = BYTES.exec(header ?? '') ?? []
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size)
    if (length === 0) throw new UnsatisfiableRange(size)
    return { start: size - length, end: size - 1 }
  }
  if (first === undefined) return undefined
  const start = Number(first)
  if (last !== undefined && last !== '' && Number(last) < start) return undefined
  if (start >= size) throw new UnsatisfiableRange(size)
  return { start, end: last === undefined || last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}
