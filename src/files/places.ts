import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, MajordomoError } from '../core/errors.ts'
import { roomError } from './room.ts'

/** Others may go through, to their own folder, and not look around. */
const THROUGH = 0o711
const OWN = 0o700

/** Where everything lies below the root of a store. */
export class Places {
  readonly root: string
  /** Uploads that are for no task yet, and tasks that are being removed. */
  readonly staging: string
  readonly running: string

  constructor(root: string) {
    this.root = root
    this.staging = join(root, '.staging')
    this.running = join(root, '.running')
  }

  task(id: string): string {
    return join(this.root, id)
  }

  /** A place for what is being removed: names of tasks that come after it do not stumble over it. */
  removed(id: string): string {
    return join(this.staging, `removed-${id}-${randomBytes(6).toString('hex')}`)
  }

  /**
   * Makes the root, and tries whether it can be written.
   * @throws {MajordomoError} `invalid-option` naming the folder
   */
  async make(): Promise<void> {
    try {
      if ((await mkdir(this.root, { recursive: true })) !== undefined) await chmod(this.root, THROUGH)
      for (const folder of [this.staging, this.running]) await makeFolder(folder, OWN)
      await rmdir(await mkdtemp(join(this.staging, 'try-')))
    } catch (error) {
      const told = roomError(error)
      if (told !== error) throw told
      const message = `the folder for files "${this.root}" cannot be used: ${messageOf(error)}`
      throw new MajordomoError('invalid-option', message, {
        cause: error,
        faults: [{ path: 'root', message }],
      })
    }
  }

  /** Makes the folders of a task, where they are missing. */
  async provide(id: string): Promise<void> {
    await makeFolder(this.task(id), THROUGH)
    await makeInner(this.task(id))
  }

  /** A folder for an upload, shaped like that of a task. */
  async stage(): Promise<string> {
    const folder = await mkdtemp(join(this.staging, 'upload-'))
    try {
      await makeInner(folder)
      await chmod(folder, THROUGH)
      return folder
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** What was left in the staging folder: removals that were cut off, and uploads that are older than so many ms. */
  async left(olderThan: number): Promise<string[]> {
    const left: string[] = []
    for (const name of await readdir(this.staging)) {
      const path = join(this.staging, name)
      const about = await lstat(path).catch(() => undefined)
      if (about === undefined) continue
      if (name.startsWith('removed-') || about.mtimeMs < Date.now() - olderThan) left.push(path)
    }
    return left
  }
}

/** The parts of a task's folder. */
export function filesOf(task: string): string {
  return join(task, 'files')
}

export function recordOf(task: string): string {
  return join(task, 'record')
}

/** A list of the names of uploaded files, as JSON. */
export function uploadsOf(task: string): string {
  return join(task, 'uploads.json')
}

async function makeInner(task: string): Promise<void> {
  await makeFolder(filesOf(task), OWN)
  await makeFolder(recordOf(task), OWN)
}

/** Makes a folder with just this mode. One that is there keeps its own: its owner may have changed. */
async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
    // The umask takes from others, and not from the owner.
    if (mode !== OWN) await chmod(path, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if ((await lstat(path)).isDirectory()) return
    // An earlier attempt has put something else there.
    await unlink(path)
    await makeFolder(path, mode)
  }
}

/** Removes a file of ours, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
}
