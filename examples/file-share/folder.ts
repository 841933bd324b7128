import { constants } from 'node:fs'
import { lstat, open, opendir, realpath, type FileHandle } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** A path that is no path below the folder, or that a link leads out of it. */
export class OutsideFolder extends Error {
  override readonly name = 'OutsideFolder'
}

export interface FileEntry {
  /** Below the folder's root, with `/` between the names. */
  readonly path: string
  readonly bytes: number
  /** When it was last written, epoch milliseconds. */
  readonly modified: number
}

/** What could not be looked at: it vanished, or the service may not read it. */
export type Skipped = (path: string, error: NodeJS.ErrnoException) => void

/**
 * The one folder that the service shares. Every path that comes from outside goes through here, and none leads out of
 * it. Names with a leading dot are the service's own (half-written uploads): nobody else sees them.
 */
export class Folder {
  readonly root: string
  private constructor(root: string) {
    this.root = root
  }

  static async at(root: string): Promise<Folder> {
    return new Folder(await realpath(root))
  }

  /**
   * The place of `path` on the disk; nothing need be there yet.
   * @throws {OutsideFolder}
   */
  async place(path: string): Promise<string> {
    const names = path.split('/').filter((name) => name !== '')
    const strange = names.some((name) => name.startsWith('.') || name.includes('\\') || name.includes('\0'))
    if (strange || path.startsWith('/'))
      throw new OutsideFolder(`"${path}" is not a path below the shared folder`)
    await this.#refuseLinksOut(names, path)
    return join(this.root, ...names)
  }

  /** Opens a file for reading; the last name must not be a link, which could be exchanged after the check. */
  async open(path: string): Promise<FileHandle> {
    return open(await this.place(path), constants.O_RDONLY | constants.O_NOFOLLOW)
  }

  /** Every file below `path`, folder by folder; links are not followed. */
  async *files(path: string, skipped: Skipped): AsyncGenerator<FileEntry> {
    try {
      for await (const entry of await opendir(await this.place(path))) {
        if (entry.name.startsWith('.')) continue
        const child = path === '' ? entry.name : `${path}/${entry.name}`
        if (entry.isDirectory()) yield* this.files(child, skipped)
        else if (entry.isFile()) yield* this.#entry(child, skipped)
      }
    } catch (error) {
      skipped(path, error as NodeJS.ErrnoException)
    }
  }

  /** The same, all at once. */
  async list(path: string, signal: AbortSignal, skipped: Skipped): Promise<FileEntry[]> {
    const found: FileEntry[] = []
    for await (const file of this.files(path, skipped)) {
      signal.throwIfAborted()
      found.push(file)
    }
    return found
  }

  /** The file as it is now; undefined when it is not there or no file. */
  async entry(path: string): Promise<FileEntry | undefined> {
    const found = await lstat(await this.place(path)).catch(ifMissing)
    return found?.isFile() ? { path, bytes: found.size, modified: found.mtimeMs } : undefined
  }

  async *#entry(path: string, skipped: Skipped): AsyncGenerator<FileEntry> {
    const entry = await this.entry(path).catch((error: NodeJS.ErrnoException) => skipped(path, error))
    if (entry) yield entry
  }

  /** Follows the path as far as it exists: what a link makes of it must still be inside. */
  async #refuseLinksOut(names: readonly string[], path: string): Promise<void> {
    for (let depth = names.length; depth > 0; depth--) {
      const real = await realpath(join(this.root, ...names.slice(0, depth))).catch(ifMissing)
      if (real === undefined) continue
      if (real.startsWith(this.root + sep)) return
      throw new OutsideFolder(`"${path}" leads out of the shared folder`)
    }
  }
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}
