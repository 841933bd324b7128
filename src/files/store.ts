import { lstat, opendir, rename } from 'node:fs/promises'
import { invalidOption, messageOf } from '../core/errors.ts'
import type { FilePage, FileStore, OpenFile, StagedUpload, UploadLimits, Workspace } from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import type { OutputPage, OutputStream } from '../core/output.ts'
import { archiveOf } from './archive.ts'
import { Folder, unlessAbsent } from './folder.ts'
import { isTaskId } from './names.ts'
import { openIn } from './open-file.ts'
import type { FilesSettings } from './options.ts'
import { filesOf, Places, recordOf } from './places.ts'
import { closing } from './record/bytes.ts'
import type { PrintStream } from './record/format.ts'
import { RecordReader, type RecordQuery } from './record/reader.ts'
import { removeTree } from './remove.ts'
import { restaged } from './restage.ts'
import { roomError } from './room.ts'
import { pageOf, PRINT_STREAMS, type TaskFiles } from './shown.ts'
import { FolderUpload } from './upload.ts'

type ListQuery = Parameters<FileStore['list']>[1]
type PagesQuery = Parameters<FileStore['outputPages']>[1]
type ReadQuery = Omit<RecordQuery, 'stream'> & { readonly stream: OutputStream }

/** Files of tasks in a folder of the file system, one folder for each task. */
export class FolderStore implements FileStore {
  readonly shared: boolean
  readonly running: string
  readonly #places: Places
  readonly #uploadsFor: number
  #cleaning: Promise<void> = Promise.resolve()

  constructor(settings: FilesSettings, shared: boolean) {
    this.#places = new Places(settings.root)
    this.#uploadsFor = settings.uploadsFor
    this.shared = shared
    this.running = this.#places.running
  }

  async open({ logger }: { readonly logger: Logger }): Promise<void> {
    await this.#places.make()
    this.#cleaning = this.#clean(logger)
  }

  async close(): Promise<void> {
    await this.#cleaning
  }

  async provide(id: string): Promise<Omit<Workspace, 'grew'>> {
    const task = this.#task(id)
    if (task === undefined) throw invalidOption('id', 'the id of a task', id)
    await this.#places.provide(id).catch((error: unknown) => {
      throw roomError(error)
    })
    return { folder: filesOf(task), record: recordOf(task), running: this.running }
  }

  async list(id: string, query: ListQuery): Promise<FilePage | undefined> {
    const task = await this.#look(id)
    if (task === undefined) return undefined
    try {
      return await pageOf(task, query)
    } finally {
      await task.files?.close()
    }
  }

  async openFile(id: string, path: string): Promise<OpenFile | undefined> {
    const task = await this.#look(id)
    if (task === undefined) return undefined
    try {
      return await openIn(task, path)
    } finally {
      await task.files?.close()
    }
  }

  async archive(id: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    const task = await this.#look(id)
    return task === undefined ? undefined : closing(archiveOf(task), async () => task.files?.close())
  }

  async readOutput(id: string, query: ReadQuery): Promise<OutputPage | undefined> {
    const stream = printStream(query.stream)
    return stream && this.#record(id)?.read({ ...query, stream })
  }

  async outputPages(id: string, query: PagesQuery): Promise<AsyncIterable<OutputPage> | undefined> {
    const stream = printStream(query.stream)
    return stream && this.#record(id)?.pages({ ...query, stream })
  }

  async stage(limits: UploadLimits): Promise<StagedUpload> {
    try {
      return new FolderUpload(this.#places, await this.#places.stage(), limits)
    } catch (error) {
      throw roomError(error)
    }
  }

  async restage(id: string): Promise<StagedUpload | undefined> {
    const task = this.#task(id)
    return task === undefined ? undefined : restaged(task, (limits) => this.stage(limits))
  }

  /** What is half removed is not seen: it is moved away first. */
  async remove(id: string): Promise<void> {
    const task = this.#task(id)
    if (task === undefined) return
    const removed = this.#places.removed(id)
    try {
      await rename(task, removed)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    await removeTree(removed)
  }

  async *kept(): AsyncGenerator<{ readonly id: string; readonly since: number }> {
    for await (const { name } of await opendir(this.#places.root)) {
      const found = isTaskId(name) ? await lstat(this.#places.task(name)).catch(unlessAbsent) : undefined
      if (found?.isDirectory() === true) yield { id: name, since: found.birthtimeMs || found.ctimeMs }
    }
  }

  #record(id: string): RecordReader | undefined {
    const task = this.#task(id)
    return task === undefined ? undefined : new RecordReader(recordOf(task))
  }

  /** The folder of a task; undefined for what cannot be the id of one, such as `..`. */
  #task(id: string): string | undefined {
    return isTaskId(id) ? this.#places.task(id) : undefined
  }

  async #look(id: string): Promise<TaskFiles | undefined> {
    const path = this.#task(id)
    if (path === undefined) return undefined
    const task = await Folder.open(path).catch(unlessAbsent)
    if (task === undefined) return undefined
    try {
      const files = await task.folder('files').catch(unlessAbsent)
      return { files, record: recordOf(path) }
    } finally {
      await task.close()
    }
  }

  async #clean(logger: Logger): Promise<void> {
    try {
      for (const path of await this.#places.left(this.#uploadsFor)) await removeTree(path)
    } catch (error) {
      logger.warn('could not remove what was left over of uploads and removed tasks', {
        error: messageOf(error),
      })
    }
  }
}

/** Undefined for a stream that is never recorded. */
function printStream(stream: OutputStream): PrintStream | undefined {
  return PRINT_STREAMS.find((one) => one === stream)
}
