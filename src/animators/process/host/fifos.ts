import { execFile } from 'node:child_process'
import { rmSync, unlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeOwnFolder, sweepFolders } from '../../../machine/own-folders.ts'

/** So many are made at once: starting the program that makes them costs more than they do. */
const BATCH = 64
/** Where none can be made (no such program, no such file system), it is tried again after so long, ms. */
const TRY_AGAIN = 10_000

const KIND = 'fifos'

/**
 * Named pipes, made before they are needed and used many times. Node's own pipes between processes are sockets, which
 * cannot be opened by name: `echo oops > /dev/stderr` would fail in every script.
 */
export class Fifos {
  #folder: string | undefined
  readonly #free: string[] = []
  #made = 0
  #making: Promise<boolean> | undefined
  #waitUntil = 0
  #closed = false

  /**
   * The path of a pipe that nobody uses; undefined where there are none to be had.
   * @throws the system's error where that is for want of descriptors, processes or memory
   */
  async take(): Promise<string | undefined> {
    for (;;) {
      const path = this.#free.pop()
      if (path !== undefined || this.#closed) return path
      this.#making ??= this.#make().finally(() => (this.#making = undefined))
      if (!(await this.#making)) return undefined
    }
  }

  /** Nobody has it open any more. */
  giveBack(path: string): void {
    if (!this.#closed && dirname(path) === this.#folder) this.#free.push(path)
    else this.drop(path)
  }

  /** Somebody may still have it open, so it is not used again. */
  drop(path: string): void {
    try {
      unlinkSync(path)
    } catch {
      // It has gone with its folder.
    }
  }

  /** Somebody has cleaned up: what was made is no longer there. */
  renew(): void {
    this.#free.length = 0
    this.#folder = undefined
  }

  /** Synchronous, so that it can be done on the way out. */
  close(): void {
    this.#closed = true
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
    this.#free.length = 0
  }

  async #make(): Promise<boolean> {
    if (performance.now() < this.#waitUntil) return false
    const folder = (this.#folder ??= await this.#makeFolder())
    if (folder === undefined) {
      this.#waitUntil = performance.now() + TRY_AGAIN
      return false
    }
    const paths = Array.from({ length: BATCH }, () => join(folder, String(this.#made++)))
    const made = await mkfifo(paths)
    if (this.#closed) rmSync(folder, { recursive: true, force: true })
    else if (made) this.#free.push(...paths)
    else {
      // Some of them may have been made: others need the room.
      for (const path of paths) this.drop(path)
      this.#waitUntil = performance.now() + TRY_AGAIN
    }
    return made
  }

  /** Undefined where none can be made: the disk is full, or cannot be written. Ordinary pipes need none. */
  async #makeFolder(): Promise<string | undefined> {
    await sweepFifos()
    return makeOwnFolder(KIND).catch(() => undefined)
  }
}

/** False where this machine cannot make any. */
function mkfifo(paths: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    execFile('mkfifo', ['-m', '600', ...paths], (error) => {
      const code = error?.code as string | number | undefined
      if (error === null) resolve(true)
      else if (typeof code === 'string' && code !== 'ENOENT' && code !== 'EACCES') reject(error)
      else resolve(false)
    })
  })
}

/** Removes what those have left that were killed. Never throws. */
export async function sweepFifos(): Promise<void> {
  await sweepFolders(KIND, (path) => rm(path, { recursive: true, force: true }))
}
