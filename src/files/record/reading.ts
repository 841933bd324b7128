import { constants, openSync, readSync, closeSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { CAREFULLY, type PrintStream } from './format.ts'

/** Digits of a place: as many each time, so that it is written and read in one go. */
const DIGITS = 16

/** File name of the place up to which a stream was read. It is there where whoever writes the stream waits for readers. */
export function readingName(stream: PrintStream): string {
  return `${stream}.read`
}

/** How far a stream was read by whoever is furthest on, for the one who writes it and waits for that. */
export class Reading {
  readonly #path: string
  #place = 0

  /** @throws the system's error where it cannot be noted */
  constructor(folder: string, stream: PrintStream) {
    this.#path = join(folder, readingName(stream))
    closeSync(openSync(this.#path, constants.O_WRONLY | constants.O_CREAT | CAREFULLY, 0o600))
  }

  /** As it was last seen. It never goes back. */
  get place(): number {
    return this.#place
  }

  /** As it is now. */
  look(): number {
    try {
      const file = openSync(this.#path, constants.O_RDONLY | CAREFULLY)
      try {
        const bytes = Buffer.alloc(DIGITS)
        this.#place = Math.max(this.#place, placeIn(bytes.subarray(0, readSync(file, bytes, 0, DIGITS, 0))))
      } finally {
        closeSync(file)
      }
    } catch {
      // It goes with the task, or there are no descriptors just now.
    }
    return this.#place
  }
}

/**
 * Notes that all before this place was read, unless somebody was further on. Never rejects: a note that cannot be made (the disk
 * is full, say) is made by the next who reads.
 */
export async function noteReading(folder: string, stream: PrintStream, place: number): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(join(folder, readingName(stream)), constants.O_RDWR | CAREFULLY)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(DIGITS), 0, DIGITS, 0)
    if (placeIn(buffer.subarray(0, bytesRead)) >= place) return
    await file.write(String(place).padStart(DIGITS, '0'), 0, 'latin1')
  } catch {
    // The writer waits on.
  } finally {
    await file?.close()
  }
}

function placeIn(bytes: Buffer): number {
  const digits = bytes.toString('latin1')
  return /^\d{16}$/.test(digits) ? Number(digits) : 0
}
