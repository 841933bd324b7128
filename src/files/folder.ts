import { constants, existsSync } from 'node:fs'
import { chmod, lchmod, lstat, open, readdir, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesShownAs, rawName, type RawName } from './raw-names.ts'
import { CAREFULLY } from './record/format.ts'

/** Linux shows what a process has open as paths, and these lead to just that, whatever its name leads to by now. */
const BY_HANDLE = process.platform === 'linux' && existsSync('/proc/self/fd')

const AS_FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** Linux: a handle that names a file without the right to read it. Node has no name for it. */
const O_PATH = 0o10000000

/**
 * A folder that is held open while something is done in it. Those who may write to a working directory can replace a
 * folder by a link at any moment, so a path of several names is never handed to the system: each name is looked up in
 * the folder before it, and links are not followed.
 *
 * Where the system has no paths through handles, each folder is looked at before and after its name is resolved. That
 * leaves a moment between the look and the use.
 */
export class Folder {
  readonly #path: string
  readonly #handle: FileHandle | undefined

  private constructor(path: string, handle: FileHandle | undefined) {
    this.#path = path
    this.#handle = handle
  }

  /**
   * @param path its last name may not be a link, those before it may
   * @throws what the system says, such as ENOENT, ENOTDIR or ELOOP
   */
  static async open(path: string, byHandle = BY_HANDLE): Promise<Folder> {
    if (byHandle) {
      const handle = await open(path, AS_FOLDER)
      return new Folder(`/proc/self/fd/${handle.fd}`, handle)
    }
    if (!(await lstat(path)).isDirectory()) throw notAFolder(path)
    return new Folder(await realpath(path), undefined)
  }

  /** Where one of its names leads: only for calls that do not follow links. */
  path(name: RawName): string | Buffer {
    return typeof name === 'string' ? join(this.#path, name) : this.rawPath(name)
  }

  /** The same for a name that is no text. */
  rawPath(name: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.#path}/`), name])
  }

  async names(): Promise<RawName[]> {
    const names = await readdir(this.#path)
    // What stands for bytes that are no text may also be in a name by itself.
    if (!names.some((name) => name.includes('\ufffd'))) return names
    return (await this.rawNames()).map(rawName)
  }

  /** Names as they are: those that processes give need not be UTF-8. */
  rawNames(): Promise<Buffer[]> {
    return readdir(this.#path, { encoding: 'buffer' })
  }

  async folder(name: RawName): Promise<Folder> {
    if (typeof name !== 'string') return this.rawFolder(name)
    const path = join(this.#path, name)
    if (this.#handle !== undefined) return Folder.open(path, true)
    const folder = await Folder.open(path, false)
    if (folder.#path !== path) throw notAFolder(path)
    return folder
  }

  /** The same for a name that is no text. */
  async rawFolder(name: Buffer): Promise<Folder> {
    if (this.#handle === undefined) return this.folder(name.toString())
    const handle = await open(this.rawPath(name), AS_FOLDER)
    return new Folder(`/proc/self/fd/${handle.fd}`, handle)
  }

  /** Lets its owner do everything with it. */
  async unlock(): Promise<void> {
    await (this.#handle === undefined ? chmod(this.#path, 0o700) : this.#handle.chmod(0o700))
  }

  /** The same for a folder in it that may not even be opened. */
  async unlockRaw(name: Buffer): Promise<void> {
    if (this.#handle === undefined) return lchmod(this.rawPath(name), 0o700)
    const place = await open(this.rawPath(name), O_PATH | AS_FOLDER)
    try {
      await chmod(`/proc/self/fd/${place.fd}`, 0o700)
    } finally {
      await place.close()
    }
  }

  /** The folder that lies so deep in it, by the names that are shown. */
  async below(names: readonly string[]): Promise<Folder> {
    let folder: Folder | undefined
    for (const name of names) {
      const above: Folder = folder ?? this
      try {
        folder = await above.folder(await above.named(name))
      } finally {
        if (above !== this) await above.close()
      }
    }
    return folder ?? this
  }

  /** The name that is shown so. */
  async named(shown: string): Promise<RawName> {
    const bytes = bytesShownAs(shown)
    if (bytes === undefined) return shown
    const isText = await lstat(this.path(shown)).then(() => true, unlessAbsent)
    return isText ? shown : bytes
  }

  /** A regular file, opened for reading; undefined where there is none of this name, or it may not be read. */
  async file(name: RawName): Promise<FileHandle | undefined> {
    const handle = await open(this.path(name), constants.O_RDONLY | CAREFULLY).catch(unlessAbsent)
    if (handle === undefined) return undefined
    try {
      const regular = (await handle.stat()).isFile()
      // Elsewhere than on Linux the folder itself may have been replaced since it was looked at.
      if (regular && (this.#handle !== undefined || (await realpath(this.#path)) === this.#path))
        return handle
    } catch (error) {
      await handle.close()
      return unlessAbsent(error as NodeJS.ErrnoException)
    }
    await handle.close()
    return undefined
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }
}

/** What the system says of names that lead to nothing that could be used. Anything else is a failure, and no answer. */
const ABSENT = new Set([
  'EACCES',
  'EISDIR',
  'ELOOP',
  'EMLINK',
  'ENAMETOOLONG',
  'ENODEV',
  'ENOENT',
  'ENOTDIR',
  'ENXIO',
  'EPERM',
  'ESTALE',
  'ERR_INVALID_ARG_VALUE',
])

/** Undefined for an error that says that there is nothing, or nothing for us; throws any other. */
export function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (!ABSENT.has(error.code ?? '')) throw error
}

function notAFolder(path: string): Error {
  return Object.assign(new Error(`${path} is not a folder, or is reached through a link`), {
    code: 'ENOTDIR',
  })
}
