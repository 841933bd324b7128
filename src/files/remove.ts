import { lstat, rename, rmdir, unlink } from 'node:fs/promises'
import { Folder } from './folder.ts'

/** How often a folder may have got something new just before it was removed. */
const PATIENCE = 100

/**
 * Removes a folder of the store with all that processes have left there: without following links, at any depth, and also
 * what they have made read-only. Folders are moved up, next to each other, and then emptied: so two are open at a time.
 * @param path a folder in which nobody else writes, though they may in those below; fine where it is not there
 * @throws what the system says of the first thing that could not be removed; the rest is removed all the same
 */
export async function removeTree(path: string): Promise<void> {
  let top: Folder
  try {
    top = await Folder.open(path)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    if (!isCode(error, 'ENOTDIR', 'ELOOP')) throw error
    await unlink(path)
    return
  }
  try {
    await new Removal(top).run()
  } finally {
    await top.close()
  }
  await rmdir(path).catch(unlessGone)
}

class Removal {
  readonly #top: Folder
  readonly #stuck = new Set<string>()
  #moved = 0
  #refilled = 0
  #fault: unknown

  constructor(top: Folder) {
    this.#top = top
  }

  async run(): Promise<void> {
    await this.#top.unlock()
    for (;;) {
      const names = (await this.#top.rawNames()).filter((name) => !this.#stuck.has(name.toString('latin1')))
      if (names.length === 0) break
      for (const name of names) await this.#remove(name)
    }
    if (this.#stuck.size > 0) throw this.#fault
  }

  /** Removes what lies at the top; of a folder, what is in it may move to the top first. */
  async #remove(name: Buffer): Promise<void> {
    try {
      if (await unlinked(this.#top, name)) return
      const folder = await opened(this.#top, name)
      try {
        await this.#empty(folder)
      } finally {
        await folder.close()
      }
      await rmdir(this.#top.rawPath(name))
    } catch (error) {
      if (isCode(error, 'ENOENT')) return
      // Somebody still writes there.
      if (isCode(error, 'ENOTEMPTY', 'EEXIST') && this.#refilled++ < PATIENCE) return
      this.#stuck.add(name.toString('latin1'))
      this.#fault ??= error
    }
  }

  async #empty(folder: Folder): Promise<void> {
    await folder.unlock()
    for (const name of await folder.rawNames()) {
      if (await unlinked(folder, name)) continue
      // A folder that may not be written cannot be moved: its way up is written in it.
      await (await opened(folder, name)).close()
      const path = this.#top.rawPath(Buffer.from(`moved-${this.#moved++}`))
      await rename(folder.rawPath(name), path).catch(unlessGone)
    }
  }
}

/** False for a folder. */
async function unlinked(folder: Folder, name: Buffer): Promise<boolean> {
  const path = folder.rawPath(name)
  try {
    await unlink(path)
    return true
  } catch (error) {
    if (isCode(error, 'ENOENT')) return true
    if (isCode(error, 'EISDIR')) return false
    // Some systems say of a folder that this is not permitted.
    if (isCode(error, 'EPERM') && (await lstat(path)).isDirectory()) return false
    throw error
  }
}

/** Opens a folder and makes it one that may be written. */
async function opened(above: Folder, name: Buffer): Promise<Folder> {
  const folder = await above.rawFolder(name).catch(async (error: unknown) => {
    if (!isCode(error, 'EACCES')) throw error
    await above.unlockRaw(name)
    return above.rawFolder(name)
  })
  try {
    await folder.unlock()
  } catch (error) {
    await folder.close()
    throw error
  }
  return folder
}

function unlessGone(error: unknown): void {
  if (!isCode(error, 'ENOENT')) throw error
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
}
