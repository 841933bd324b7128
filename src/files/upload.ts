import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { mkdir, open, rename, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { invalidOption, MajordomoError } from '../core/errors.ts'
import type { Bytes, FileInfo, StagedUpload, UploadLimits } from '../core/files.ts'
import { uploadNames, refusedName } from './names.ts'
import { filesOf, removeFile, uploadsOf, type Places } from './places.ts'
import { removeTree } from './remove.ts'
import { roomError } from './room.ts'

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/**
 * Files that are stored before their task is: `open`, until they are given away or discarded. Files that come meanwhile
 * are waited for by `give`, and broken off by `discard`.
 */
export class FolderUpload implements StagedUpload {
  readonly #folder: string
  readonly #places: Places
  readonly #limits: UploadLimits
  /** The digest of each file that has come; empty for one that has begun to. */
  readonly #files = new Map<string, string>()
  readonly #folders = new Set<string>()
  readonly #adding = new Set<Promise<unknown>>()
  /** Bytes of all files. */
  #size = 0
  #state: 'open' | 'given' | 'discarded' = 'open'
  #discarded: Promise<void> | undefined

  /** @param folder in the staging folder, shaped like that of a task */
  constructor(places: Places, folder: string, limits: UploadLimits) {
    this.#places = places
    this.#folder = folder
    this.#limits = limits
  }

  get digests(): ReadonlyMap<string, string> {
    return this.#files
  }

  async add(path: string, content: Bytes): Promise<FileInfo> {
    const names = uploadNames(path)
    if (!isBytes(content)) throw invalidOption('content', 'a text, bytes, or a stream of bytes', content)
    this.#refuseUnlessOpen()
    // At once, so that of two that come at the same time only one is taken.
    this.#reserve(path, names)
    const adding = this.#store(path, content)
    this.#adding.add(adding)
    try {
      const { digest, ...stored } = await adding
      this.#files.set(path, digest)
      return stored
    } catch (error) {
      this.#files.delete(path)
      throw roomError(error)
    } finally {
      this.#adding.delete(adding)
    }
  }

  async give(id: string): Promise<void> {
    this.#refuseUnlessOpen()
    this.#state = 'given'
    try {
      while (this.#adding.size > 0) await Promise.allSettled(this.#adding)
      if (this.#files.size > 0)
        await writeFile(uploadsOf(this.#folder), JSON.stringify([...this.#files.keys()]), { mode: 0o600 })
      await rename(this.#folder, this.#places.task(id))
    } catch (error) {
      // It is still there, to be discarded.
      this.#state = 'open'
      throw roomError(error)
    }
  }

  discard(): Promise<void> {
    if (this.#state === 'given') return Promise.resolve()
    this.#state = 'discarded'
    return (this.#discarded ??= this.#discard())
  }

  async #discard(): Promise<void> {
    while (this.#adding.size > 0) await Promise.allSettled(this.#adding)
    await removeTree(this.#folder)
  }

  #refuseUnlessOpen(): void {
    if (this.#state === 'open') return
    throw new MajordomoError('invalid-request', `the upload was ${this.#state}; it takes no more files`)
  }

  #reserve(path: string, names: readonly string[]): void {
    if (this.#files.has(path)) throw refusedName(path, 'came twice')
    if (this.#folders.has(path)) throw refusedName(path, 'is a folder, because another file lies in it')
    const folders = names.slice(1).map((_, i) => names.slice(0, i + 1).join('/'))
    const file = folders.find((folder) => this.#files.has(folder))
    if (file !== undefined) throw refusedName(path, `cannot lie in ${file}, which is a file`)
    if (this.#files.size >= this.#limits.files)
      throw tooLarge(path, `is one too many: at most ${this.#limits.files} files are taken`)
    this.#files.set(path, '')
    for (const folder of folders) this.#folders.add(folder)
  }

  async #store(path: string, content: Bytes): Promise<FileInfo & { readonly digest: string }> {
    const place = join(filesOf(this.#folder), path)
    let file: FileHandle
    try {
      await this.#makeFolders(path)
      file = await open(place, NEW, 0o600)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // The file system takes some names for the same that are not, or takes shorter ones only.
      if (code === 'EEXIST' || code === 'ENOTDIR') throw refusedName(path, 'is taken for another file')
      if (code === 'ENOENT')
        throw new MajordomoError('manager-closed', 'the store of the upload was closed: its folder has gone')
      if (code === 'ENAMETOOLONG' || code === 'EILSEQ') throw refusedName(path, 'cannot be stored here')
      throw error
    }
    let size = 0
    const hash = createHash('sha256')
    try {
      for await (const chunk of chunksOf(content)) {
        if (this.#state === 'discarded') this.#refuseUnlessOpen()
        size += chunk.length
        this.#size += chunk.length
        this.#refuseAbove(path, size)
        hash.update(chunk)
        await file.writeFile(chunk)
      }
      if (this.#state === 'discarded') this.#refuseUnlessOpen()
      const modifiedAt = Math.floor((await file.stat()).mtimeMs)
      // Some file systems say only now that there is no room.
      await file.close()
      return { path, kind: 'file', size, modifiedAt, digest: hash.digest('base64') }
    } catch (error) {
      this.#size -= size
      await file.close().catch(() => {})
      await removeFile(place)
      throw error
    }
  }

  /** Only those in the upload's own: the ones above it stay away when the store was closed and has removed them. */
  async #makeFolders(path: string): Promise<void> {
    let folder = filesOf(this.#folder)
    for (const name of path.split('/').slice(0, -1)) {
      folder = join(folder, name)
      try {
        await mkdir(folder, { mode: 0o700 })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
    }
  }

  #refuseAbove(path: string, size: number): void {
    const { fileSize, totalSize } = this.#limits
    if (size > fileSize) throw tooLarge(path, `is larger than ${fileSize} bytes`)
    if (this.#size > totalSize) throw tooLarge(path, `makes it more than ${totalSize} bytes in all`)
  }
}

function tooLarge(path: string, fault: string): MajordomoError {
  const place = `files/${path}`
  return new MajordomoError('payload-too-large', `${place} ${fault}`, {
    faults: [{ path: place, message: fault }],
  })
}

function isBytes(content: unknown): boolean {
  if (typeof content === 'string') return true
  return (
    typeof content === 'object' &&
    content !== null &&
    (Symbol.asyncIterator in content || Symbol.iterator in content)
  )
}

async function* chunksOf(content: Bytes): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content)
  else if (content instanceof Uint8Array) yield content
  else for await (const chunk of content) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}
