import { chmod, lstat, mkdtemp, readdir } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FilePage, FileStore, OpenFile, StagedUpload, UploadLimits, Workspace } from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import type { OutputPage } from '../core/output.ts'
import { filesSettings } from './options.ts'
import { removeTree } from './remove.ts'
import { roomError } from './room.ts'
import { FolderStore } from './store.ts'

/**
 * Files that are gone with the process, as tasks in memory are. They lie in a folder of the system's for temporary
 * files, which is made when the first task needs it, and removed when the store is closed. What a process has left that was
 * killed is removed by the next that makes one.
 */
export class TemporaryStore implements FileStore {
  readonly shared = false
  readonly running = undefined
  #logger: Logger | undefined
  #made: Promise<{ readonly root: string; readonly store: FolderStore }> | undefined

  async open({ logger }: { readonly logger: Logger }): Promise<void> {
    this.#logger = logger
  }

  async close(): Promise<void> {
    const made = this.#made
    this.#made = undefined
    if (made === undefined) return
    const { root, store } = await made
    await store.close()
    await removeTree(root)
  }

  async provide(id: string): Promise<Omit<Workspace, 'grew'>> {
    return (await this.#store()).provide(id)
  }

  async stage(limits: UploadLimits): Promise<StagedUpload> {
    return (await this.#store()).stage(limits)
  }

  async list(id: string, query: Parameters<FileStore['list']>[1]): Promise<FilePage | undefined> {
    return (await this.#made)?.store.list(id, query)
  }

  async openFile(id: string, path: string): Promise<OpenFile | undefined> {
    return (await this.#made)?.store.openFile(id, path)
  }

  async archive(id: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return (await this.#made)?.store.archive(id)
  }

  async readOutput(
    id: string,
    query: Parameters<FileStore['readOutput']>[1],
  ): Promise<OutputPage | undefined> {
    return (await this.#made)?.store.readOutput(id, query)
  }

  async outputPages(
    id: string,
    query: Parameters<FileStore['outputPages']>[1],
  ): Promise<AsyncIterable<OutputPage> | undefined> {
    return (await this.#made)?.store.outputPages(id, query)
  }

  async restage(id: string): Promise<StagedUpload | undefined> {
    return (await this.#made)?.store.restage(id)
  }

  async remove(id: string): Promise<void> {
    await (await this.#made)?.store.remove(id)
  }

  async *kept(): ReturnType<FolderStore['kept']> {
    const made = await this.#made
    if (made !== undefined) yield* made.store.kept()
  }

  async #store(): Promise<FolderStore> {
    const making = (this.#made ??= this.#make())
    try {
      return (await making).store
    } catch (error) {
      // The next one tries again.
      if (this.#made === making) this.#made = undefined
      throw roomError(error)
    }
  }

  async #make(): Promise<{ root: string; store: FolderStore }> {
    await sweep()
    const root = await mkdtemp(join(tmpdir(), `${prefix()}${process.pid}-`))
    await chmod(root, 0o711)
    const store = new FolderStore(filesSettings(root, {}), false)
    await store.open({ logger: this.#logger! })
    return { root, store }
  }
}

/** Where several machines or containers share the folder, each looks after its own. */
function prefix(): string {
  return `majordomo-files-${hostname().replaceAll(/[^\w.]/g, '_')}-`
}

/** Removes what processes have left that were killed. Never throws. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [pid] = name.startsWith(prefix()) ? name.slice(prefix().length).split('-') : []
    if (pid === undefined || !/^\d+$/.test(pid) || isAlive(Number(pid))) continue
    const path = join(tmpdir(), name)
    const found = await lstat(path).catch(() => undefined)
    if (found?.isDirectory() === true && found.uid === process.getuid?.())
      await removeTree(path).catch(() => {})
  }
}

/** Another process with the same pid keeps the folder for a while; that is better than to take it from a living one. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
