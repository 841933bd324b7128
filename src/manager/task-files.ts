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
import type { EventHub } from './event-hub.ts'

const USUAL_LIMITS: UploadLimits = { files: 100, fileSize: 100 * 1024 ** 2, totalSize: 1024 ** 3 }

const USUAL_PAGE = 100

/** What was given to a task this long ago has a task, or never gets one, ms. */
const SETTLED = 600_000

/** Rows in which removals wait for each other: each has folders open, and thousands of tasks may go at once. */
const LANES = 4

type OutputPlace = Parameters<TaskStore['readOutput']>[1]

/** The files of this manager's tasks: opened with it, found by task, removed with their tasks. */
export class TaskFiles {
  readonly #removing = new Set<Promise<void>>()
  /** The last removal of each. */
  readonly #lanes: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve())
  #nextLane = 0
  #opening: Promise<FileStore> | undefined
  #unsubscribe: (() => void) | undefined

  constructor(
    private readonly parts: {
      readonly store: FileStore | undefined
      readonly engine: Engine
      readonly hub: EventHub
      readonly logger: Logger
      readonly now: () => number
    },
  ) {}

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

  /** Removes what belongs to no task any more. On an engine of one process, nobody may be giving files to a task meanwhile. */
  async sweep(): Promise<void> {
    const { engine, logger, now } = this.parts
    if (this.#opening === undefined) return
    try {
      const store = await this.#opening
      for await (const { id, since } of store.kept()) {
        // Another process of a shared engine may be about to store the task of what is new.
        if (engine.traits.shared && now() - since < SETTLED) continue
        if ((await engine.get(id)) === undefined) await store.remove(id)
      }
    } catch (error) {
      logger.error('files of tasks that are gone could not be removed', { error: messageOf(error) })
    }
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
    if (page === undefined) this.#refuseElsewhere(id)
    return page ?? { items: [] }
  }

  async openFile(id: string, path: string): Promise<OpenFile> {
    stringIn(path, 'path', 4096)
    const file = await (await this.#ifAny())?.openFile(id, path)
    if (file !== undefined) return file
    this.#refuseElsewhere(id)
    throw new MajordomoError(
      'file-not-found',
      `task ${id} has no regular file ${JSON.stringify(path.slice(0, 200))}`,
    )
  }

  async archive(id: string): Promise<AsyncIterable<Uint8Array>> {
    const archive = await (await this.#ifAny())?.archive(id)
    if (archive !== undefined) return archive
    this.#refuseElsewhere(id)
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
    if (this.#areElsewhere)
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

  /**
   * Storing these tasks has failed: the files that they were given go. A shared engine may have stored them all the same, or
   * do so yet; there a later sweep decides.
   */
  async withdraw(ids: readonly string[]): Promise<void> {
    const { engine } = this.parts
    if (engine.traits.shared) return
    for (const id of ids) {
      const task = await engine.get(id).catch(() => 'unknown' as const)
      if (task === undefined) await this.remove(id)
    }
  }

  /** The creation was refused. Never rejects, also for what is no upload. */
  async discard(upload: Upload | undefined): Promise<void> {
    try {
      await upload?.discard?.()
    } catch (error) {
      this.parts.logger.error('an upload could not be discarded', { error: messageOf(error) })
    }
  }

  /** Never rejects: what could not be removed is logged, and tried again when the store is opened next. */
  async remove(id: string): Promise<void> {
    try {
      await (await this.#ifAny())?.remove(id)
    } catch (error) {
      this.parts.logger.error('the files of a task could not be removed', { id, error: messageOf(error) })
    }
  }

  /** Resolves when the files of tasks that have gone are gone too. */
  async removed(): Promise<void> {
    await Promise.all(this.#removing)
  }

  /** Never rejects: the engine is still to be closed. */
  async close(): Promise<void> {
    this.#unsubscribe?.()
    await this.removed()
    const store = await this.#opening?.catch(() => undefined)
    try {
      await store?.close()
    } catch (error) {
      this.parts.logger.error('the store of files could not be closed', { error: messageOf(error) })
    }
  }

  get #areElsewhere(): boolean {
    return this.parts.engine.traits.shared && this.parts.store?.shared !== true
  }

  #refuseElsewhere(id: string): void {
    if (!this.#areElsewhere) return
    throw new MajordomoError(
      'files-elsewhere',
      `this process has no files of task ${id}; the worker that runs it may have`,
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
        for (const { type, task } of events) if (type === 'deleted') this.#removeSoon(task.id)
      },
      { onMissed: () => void this.sweep() },
    )
    return store
  }

  #removeSoon(id: string): void {
    const lane = this.#nextLane++ % LANES
    const before = this.#lanes[lane]!
    const removing = before.then(() => this.remove(id)).finally(() => this.#removing.delete(removing))
    this.#lanes[lane] = removing
    this.#removing.add(removing)
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
