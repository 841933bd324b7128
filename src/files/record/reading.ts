import { closeSync, constants, openSync, readdirSync } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { CAREFULLY, type PrintStream } from './format.ts'

/**
 * How far a stream was read by whoever is furthest on, for the one who writes it and waits for that. It is told by the name of
 * an empty file beside the segments. Only whoever knows its name can change it, so that of readers who tell of it at the same
 * time none takes back what another has told.
 */
export class Reading {
  readonly #folder: string
  readonly #stream: PrintStream
  #place = 0

  /** @throws the system's error where it cannot be noted */
  constructor(folder: string, stream: PrintStream) {
    this.#folder = folder
    this.#stream = stream
    if (placeRead(readdirSync(folder), stream) !== undefined) return
    const flags = constants.O_WRONLY | constants.O_CREAT | CAREFULLY
    closeSync(openSync(join(folder, readingName(stream, 0)), flags, 0o600))
  }

  /** As it was last seen. It never goes back. */
  get place(): number {
    return this.#place
  }

  /** As it is now. */
  look(): number {
    try {
      this.#place = Math.max(this.#place, placeRead(readdirSync(this.#folder), this.#stream) ?? 0)
    } catch {
      // It goes with the task, or there are no descriptors just now.
    }
    return this.#place
  }
}

/** The place up to which a stream was read, by the names in its folder; undefined where nobody waits for that. */
export function placeRead(names: readonly string[], stream: PrintStream): number | undefined {
  const prefix = readingName(stream)
  const places = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  const sound = places.filter((digits) => /^\d{16}$/.test(digits)).map(Number)
  return sound.length === 0 ? undefined : Math.max(...sound)
}

/**
 * Notes that all before this place was read, unless somebody was further on. Never rejects: a note that cannot be made is made
 * by the next who reads.
 * @param before as it was told when the folder was looked at
 */
export async function noteReading(
  folder: string,
  stream: PrintStream,
  before: number,
  place: number,
): Promise<void> {
  try {
    for (let last: number | undefined = before; last !== undefined && last < place;) {
      if (await renamed(join(folder, readingName(stream, last)), join(folder, readingName(stream, place))))
        return
      last = placeRead(await readdir(folder), stream)
    }
  } catch {
    // The writer waits on.
  }
}

/** False where somebody else was faster. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return false
  }
}

function readingName(stream: PrintStream, place?: number): string {
  return `${stream}.read.${place === undefined ? '' : String(place).padStart(16, '0')}`
}
