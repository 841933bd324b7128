import type { FileStore } from '../core/files.ts'
import { filesSettings, type FilesOptions } from './options.ts'
import { FolderStore } from './store.ts'
import { TemporaryStore } from './temporary.ts'

export type { FilesOptions } from './options.ts'
export type { FileStore } from '../core/files.ts'

/**
 * Keeps the files of tasks in a folder of this machine, which no other machine sees: for a service that is one process, or
 * whose replicas keep to the tasks that they have the files of.
 * @param root absolute path of a folder for nothing else. It is made where there is none; one that is there has to let other
 * users through (mode 711) if processes are to run as such
 * @throws {MajordomoError} `invalid-option` naming the field
 * @example
 * const manager = new Manager({ engine: sqlite({ file: '/var/lib/my-service/tasks.db' }), files: localFiles('/var/lib/my-service/files') })
 */
export function localFiles(root: string, options: FilesOptions = {}): FileStore {
  return new FolderStore(filesSettings(root, options), false)
}

/**
 * Keeps the files of tasks in a folder that all replicas of the service see, such as one on NFS: any of them may run a
 * task, and show its files.
 * @param root absolute path of a folder for nothing else, the same folder for all replicas. It is made where there is none.
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function sharedFiles(root: string, options: FilesOptions = {}): FileStore {
  return new FolderStore(filesSettings(root, options), true)
}

/**
 * Keeps the files of tasks as long as the manager is open, in a folder for temporary files that is made when the first task
 * needs it: for engines that forget their tasks too. A process that is killed leaves the folder behind.
 */
export function temporaryFiles(): FileStore {
  return new TemporaryStore()
}
