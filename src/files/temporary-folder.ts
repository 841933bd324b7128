import { chmod } from 'node:fs/promises'
import type { Logger } from '../core/logger.ts'
import { makeOwnFolder, sweepFolders } from '../machine/own-folders.ts'
import { filesSettings } from './options.ts'
import { removeTree } from './remove.ts'
import { FolderStore } from './store.ts'

const KIND = 'files'

/** A store in a folder of the system's for temporary files, both of which go together. */
export class TemporaryFolder {
  readonly store: FolderStore
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
    this.store = new FolderStore(filesSettings(root, {}), false)
  }

  /**
   * Removes what others have left that were killed, too.
   * @throws the system's error
   */
  static async make(logger: Logger): Promise<TemporaryFolder> {
    await sweepFolders(KIND, removeTree)
    const root = await makeOwnFolder(KIND)
    await chmod(root, 0o711)
    const folder = new TemporaryFolder(root)
    await folder.store.open({ logger })
    return folder
  }

  async close(): Promise<void> {
    await this.store.close()
    await removeTree(this.#root)
  }
}
