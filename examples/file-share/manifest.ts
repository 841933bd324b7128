import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The checksum of each file, by its path. */
export type Manifest = Map<string, string>

export interface Difference {
  readonly kind: 'added' | 'changed' | 'removed'
  readonly file: string
}

export function* differences(last: Manifest, now: Manifest): Generator<Difference> {
  for (const [file, sum] of now) {
    if (!last.has(file)) yield { kind: 'added', file }
    else if (last.get(file) !== sum) yield { kind: 'changed', file }
  }
  for (const file of last.keys()) if (!now.has(file)) yield { kind: 'removed', file }
}

/** The last manifest of each folder, a file each, beside the shared folder. */
export class Manifests {
  readonly #home: string
  constructor(home: string) {
    this.#home = home
  }

  /** Undefined when there is none. @throws when it is there and broken: a person should look at it */
  async read(folder: string): Promise<Manifest | undefined> {
    const text = await readFile(this.#file(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return undefined
    })
    return text === undefined
      ? undefined
      : new Map(Object.entries(JSON.parse(text) as Record<string, string>))
  }

  /** Written beside and renamed: a full disk or a crash leaves the last manifest whole. */
  async write(folder: string, manifest: Manifest): Promise<void> {
    await mkdir(this.#home, { recursive: true })
    const draft = `${this.#file(folder)}.${randomUUID()}`
    try {
      const file = await open(draft, 'wx')
      try {
        await file.writeFile(JSON.stringify(Object.fromEntries(manifest)))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, this.#file(folder))
    } catch (error) {
      await rm(draft, { force: true })
      throw new Error(`cannot keep the checksums of "${folder}"; those of last time still stand`, {
        cause: error,
      })
    }
  }

  #file(folder: string): string {
    return join(this.#home, `${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.json`)
  }
}
