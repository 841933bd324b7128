import type { FilePage, FileStore, OpenFile, StagedUpload, UploadLimits, Workspace } from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import type { OutputPage } from '../core/output.ts'
import { roomError } from './room.ts'
import type { FolderStore } from './store.ts'
import type { TemporaryFolder } from './temporary-folder.ts'

/**
 * Files that are gone with the process, as tasks in memory are. They lie in a folder of the system's for temporary
 * files, which is made when the first task needs it, and removed when the store is closed. What a process has left that was
 * killed is removed by the next that makes one.
 */
export class TemporaryStore implements FileStore {
  readonly shared = false
  readonly running = undefined
  #logger: Logger | undefined
  #made: Promise<TemporaryFolder> | undefined

  async open({ logger }: { readonly logger: Logger }): Promise<void> {
    this.#logger = logger
  }

  async close(): Promise<void> {
    const made = this.#made
    this.#made = undefined
    await (await made)?.close()
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

  /** Every service starts with this store, and few have to do with files: what that takes is loaded by those. */
  async #make(): Promise<TemporaryFolder> {
    const { TemporaryFolder } = await import('./temporary-folder.ts')
    return TemporaryFolder.make(this.#logger!)
  }
}
