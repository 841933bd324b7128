import { MajordomoError, invalidOption, messageOf } from '../core/errors.ts'
import type {
  FilePage,
  FileQuery,
  FileStore,
  OpenFile,
  StagedUpload,
  Upload,
  UploadLimits,
  Workspace,
} from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import { known, stringIn, wholeNumberIn } from '../core/options.ts'
import type { OutputPage, OutputStream } from '../core/output.ts'
import { LARGEST_PAGE } from '../core/query.ts'
import type { TaskState } from '../core/states.ts'
import type { Task } from '../core/task.ts'
import type { Engine, TaskStore } from '../engine/contract.ts'
import type { Deadlines } from './deadlines.ts'
import type { EventHub } from './event-hub.ts'
import { FileRemoval } from './file-removal.ts'

const USUAL_LIMITS: UploadLimits = { files: 100, fileSize: 100 * 1024 ** 2, totalSize: 1024 ** 3 }

const USUAL_PAGE = 100

type OutputPlace = Parameters<TaskStore['readOutput']>[1]

/** The files of this manager's tasks: opened with it, found by task, removed with their tasks. */
export class TaskFiles {
  readonly removal: FileRemoval
  #opening: Promise<FileStore> | undefined
  #unsubscribe: (() => void) | undefined

  constructor(
    private readonly parts: {
      readonly store: FileStore | undefined
      readonly engine: Engine
      readonly deadlines: Deadlines
      readonly hub: EventHub
      readonly logger: Logger
      readonly now: () => number
    },
  ) {
    this.removal = new FileRemoval({ ...parts, store: () => this.#opening })
  }

  /** Whether animators that have to do with files can be registered. */
  get available(): boolean {
    return this.parts.store !== undefined
  }

  /** Folder in which runs note their processes; see `AnimatorPlace`. */
  get running(): string | undefined {
    return this.parts.store?.running
  }

  /** A store that outlives the process is opened with the manager: it may hold files already. */
  async open(): Promise<void> {
    if (this.parts.store?.running !== undefined) await this.#store()
  }

  async workspace(id: string): Promise<Workspace> {
    const place = await (await this.#store()).provide(id)
    return { ...place, grew: () => this.parts.hub.appended(id) }
  }

  async list(id: string, query: FileQuery): Promise<FilePage> {
    known(query, ['folder', 'after', 'limit'], '')
    const { folder, after } = query
    const wanted = {
      limit: wholeNumberIn(query.limit, 'limit', 1, LARGEST_PAGE) ?? USUAL_PAGE,
      ...(folder === undefined ? {} : { folder: stringIn(folder, 'folder', 4096)! }),
      ...(after === undefined ? {} : { after: stringIn(after, 'after', 4096)! }),
    }
    const page = await (await this.#ifAny())?.list(id, wanted)
    if (page === undefined) this.refuseElsewhere(id)
    return page ?? { items: [] }
  }

  async openFile(id: string, path: string): Promise<OpenFile> {
    stringIn(path, 'path', 4096)
    const file = await (await this.#ifAny())?.openFile(id, path)
    if (file !== undefined) return file
    this.refuseElsewhere(id)
    throw new MajordomoError(
      'file-not-found',
      `task ${id} has no regular file ${JSON.stringify(path.slice(0, 200))}`,
    )
  }

  async archive(id: string): Promise<AsyncIterable<Uint8Array>> {
    const archive = await (await this.#ifAny())?.archive(id)
    if (archive !== undefined) return archive
    this.refuseElsewhere(id)
    throw new MajordomoError('file-not-found', `task ${id} has no files`)
  }

  /** What processes of the task printed where that is recorded, or else what `read` answers. */
  async readOutput<Page extends OutputPage | undefined>(
    { id, state }: Task,
    query: OutputPlace,
    read: () => Promise<Page>,
  ): Promise<OutputPage | Page> {
    if (!isRecorded(query.stream)) return read()
    const rest = hasRest(state)
    return (await (await this.#ifAny())?.readOutput(id, { ...query, rest })) ?? read()
  }

  /** All that processes of the task printed by now behind `after`, by pages; undefined where that is not recorded. */
  async outputPages(
    { id, state }: Task,
    { stream, after }: Pick<OutputPlace, 'stream' | 'after'>,
  ): Promise<AsyncIterable<OutputPage> | undefined> {
    if (!isRecorded(stream)) return undefined
    return (await this.#ifAny())?.outputPages(id, { stream, after, rest: hasRest(state) })
  }

  async upload(limits: Partial<UploadLimits>): Promise<Upload> {
    known(limits, Object.keys(USUAL_LIMITS), '')
    const { files, fileSize, totalSize } = limits
    const checked = {
      files: wholeNumberIn(files, 'files', 0) ?? USUAL_LIMITS.files,
      fileSize: wholeNumberIn(fileSize, 'fileSize', 0) ?? USUAL_LIMITS.fileSize,
      totalSize: wholeNumberIn(totalSize, 'totalSize', 0) ?? USUAL_LIMITS.totalSize,
    }
    if (this.parts.store === undefined)
      throw new MajordomoError('files-elsewhere', 'this service keeps no files: its manager has no `files`')
    if (this.areElsewhere)
      throw new MajordomoError(
        'files-elsewhere',
        'files can be brought along only where all workers share them: this service keeps its files for itself',
      )
    return (await this.#store()).stage(checked)
  }

  /** A copy of what the task got when it was created; undefined where it got nothing. */
  async again(id: string): Promise<StagedUpload | undefined> {
    const store = await this.#ifAny()
    return store?.restage(id)
  }

  /** The files become those of a task that is about to be stored. */
  async give(upload: StagedUpload, id: string): Promise<void> {
    await this.#store()
    await upload.give(id)
  }

  /** The creation was refused. Never rejects, also for what is no upload. */
  async discard(upload: Upload | undefined): Promise<void> {
    try {
      await upload?.discard?.()
    } catch (error) {
      this.parts.logger.error('an upload could not be discarded', { error: messageOf(error) })
    }
  }

  /** Never rejects: the engine is still to be closed. */
  async close(): Promise<void> {
    this.#unsubscribe?.()
    await this.removal.done()
    const store = await this.#opening?.catch(() => undefined)
    try {
      await store?.close()
    } catch (error) {
      this.parts.logger.error('the store of files could not be closed', { error: messageOf(error) })
    }
  }

  /** Whether other processes may have files that this one does not see. */
  get areElsewhere(): boolean {
    return this.parts.engine.traits.shared && this.parts.store?.shared !== true
  }

  /** Whether anything of the task lies here. */
  async has(id: string): Promise<boolean> {
    return (await (await this.#ifAny())?.list(id, { limit: 1 })) !== undefined
  }

  /** @throws {MajordomoError} `files-elsewhere` where it may be that */
  refuseElsewhere(id: string): void {
    if (!this.areElsewhere) return
    throw new MajordomoError(
      'files-elsewhere',
      `this process has no files of task ${id}, nor what its processes printed; the worker that ran it may have`,
    )
  }

  /** The store, where anything can be in it: reading alone makes no folder. */
  async #ifAny(): Promise<FileStore | undefined> {
    return this.#opening
  }

  /** From the first file on, tasks that go take theirs with them. */
  #store(): Promise<FileStore> {
    return (this.#opening ??= this.#open())
  }

  async #open(): Promise<FileStore> {
    const { store, hub, logger } = this.parts
    if (store === undefined)
      throw invalidOption('files', "a store such as localFiles('/var/lib/chores')", store)
    try {
      await store.open({ logger })
    } catch (error) {
      this.#opening = undefined
      throw error
    }
    this.#unsubscribe = hub.subscribe(
      (events) => {
        for (const { type, task } of events) if (type === 'deleted') this.removal.soon(task.id)
      },
      { onMissed: () => void this.removal.sweep() },
    )
    return store
  }
}

/** Whether processes may have printed this stream into a record instead of the engine. */
export function isRecorded(stream: OutputStream): boolean {
  return stream === 'stdout' || stream === 'stderr'
}

/** Whether nobody goes on with a line that has no end. */
function hasRest(state: TaskState): boolean {
  return state !== 'ACTIVE' && state !== 'WAITING'
}
