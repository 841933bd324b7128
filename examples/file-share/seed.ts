import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

interface Seed {
  readonly path: string
  readonly days: number
  readonly bytes: number
  /** Files with the same word have the same content. */
  readonly word: string
}

const kB = 1000

/** What a file share looks like after a year: old reports, the same photo three times, a copy in a backup folder. */
const SEEDS: readonly Seed[] = [
  ...['january', 'february', 'march', 'april', 'may', 'june'].map((word, month) => ({
    path: `reports/${word}.csv`,
    days: 320 - month * 30,
    bytes: (20 + month) * kB,
    word,
  })),
  { path: 'photos/beach.jpg', days: 12, bytes: 700 * kB, word: 'beach' },
  { path: 'photos/beach (1).jpg', days: 11, bytes: 700 * kB, word: 'beach' },
  { path: 'photos/2024/beach.jpg', days: 410, bytes: 700 * kB, word: 'beach' },
  { path: 'photos/harbour.jpg', days: 3, bytes: 700 * kB, word: 'harbour' },
  { path: 'backup/june.csv', days: 169, bytes: 25 * kB, word: 'june' },
  { path: 'notes.txt', days: 0, bytes: 2 * kB, word: 'notes' },
]

const DAY = 24 * 60 * 60 * 1000

/** Fills an empty folder, so that the first task has something to do; one with files in it stays as it is. */
export async function seed(root: string): Promise<void> {
  await mkdir(root, { recursive: true })
  if ((await readdir(root)).length > 0) return
  for (const { path, days, bytes, word } of SEEDS) {
    const place = join(root, path)
    const written = new Date(Date.now() - days * DAY)
    await mkdir(dirname(place), { recursive: true })
    await writeFile(place, Buffer.alloc(bytes, `${word}\n`))
    await utimes(place, written, written)
  }
}
