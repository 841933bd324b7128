import { constants, watch, type FSWatcher } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ProgressUpdate } from '../../../core/animator.ts'
import { messageOf } from '../../../core/errors.ts'

/** A process that is shorter costs nothing, ms. */
const FIRST_LOOK = 100
/** Where nothing tells of a change: on other systems, on some network file systems, or when all watches are taken. */
const POLL = 1_000
/** However often it is written, it is read no more often, ms. */
const PAUSE = 50
/** Of the end of the file, bytes. */
const MOST = 4_096
const FORM = /^(\d{1,3})(?:\s+(.*))?$/

/**
 * The file in which a process tells how far it is: a whole number from 0 to 100 and perhaps a text, in one line, of which the
 * last one counts. It may be written anew, appended to or replaced.
 */
export class ProgressFile {
  readonly #path: string
  readonly #tell: (progress: ProgressUpdate) => void
  readonly #warn: (message: string) => void
  #watcher: FSWatcher | undefined
  #timer: NodeJS.Timeout | undefined
  #poll: NodeJS.Timeout | undefined
  #reading: Promise<void> | undefined
  #again = false
  #started = false
  #stopped = false
  #last = ''
  #warned = false

  /**
   * @param path in a folder that is there, and that the process may write to; the folder is the run's own
   * @param warn told once, of the first content that makes no sense
   */
  constructor(path: string, tell: (progress: ProgressUpdate) => void, warn: (message: string) => void) {
    this.#path = path
    this.#tell = tell
    this.#warn = warn
  }

  /** Call it when the process has been started. Holds nothing open for 100 ms, and never the service. */
  start(): void {
    if (this.#started || this.#stopped) return
    this.#started = true
    this.#timer = setTimeout(() => this.#begin(), FIRST_LOOK).unref()
  }

  /** Call it when the process has ended. Resolves when what it wrote last was read and told; nothing is told after that. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    clearInterval(this.#poll)
    this.#watcher?.close()
    await this.#reading
    if (this.#started) await this.#read()
    this.#started = false
  }

  #begin(): void {
    this.#timer = undefined
    this.#poll = setInterval(() => this.#look(), POLL).unref()
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, () => this.#look())
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {
      // Without a watch there is still the poll.
    }
    this.#look()
  }

  /** Reads it now; or, where it is being read or was just now, when that is over and the pause after it. */
  #look(): void {
    if (this.#stopped) return
    this.#again = true
    if (this.#reading === undefined && this.#timer === undefined) this.#readOn()
  }

  #readOn(): void {
    this.#again = false
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined
      if (!this.#stopped) this.#timer = setTimeout(() => this.#pauseIsOver(), PAUSE).unref()
    })
  }

  #pauseIsOver(): void {
    this.#timer = undefined
    if (this.#again) this.#readOn()
  }

  async #read(): Promise<void> {
    try {
      const line = lastLine(await endOf(this.#path))
      if (line === '' || line === this.#last) return
      this.#last = line
      const progress = progressOf(line)
      if (progress === undefined) this.#complain(`expected "42" or "42 what it does" in its last line`)
      else this.#tell(progress)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // It is not there yet, or there are no descriptors just now.
      if (code !== 'ENOENT' && code !== 'EMFILE' && code !== 'ENFILE') this.#complain(messageOf(error))
    }
  }

  #complain(what: string): void {
    if (this.#warned) return
    this.#warned = true
    this.#warn(`the progress file is passed over: ${what}`)
  }
}

/** The process may have put anything in its place: a link to what only the service may read, or a pipe that never ends. */
async function endOf(path: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stats = await file.stat()
    if (!stats.isFile() || stats.nlink > 1) throw new Error('it is not a file of its own')
    const from = Math.max(0, stats.size - MOST)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST), 0, MOST, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

function lastLine(text: string): string {
  const lines = text.split(/[\r\n]/).map((line) => line.trim())
  return lines.findLast((line) => line !== '') ?? ''
}

function progressOf(line: string): ProgressUpdate | undefined {
  const [, percent, message] = FORM.exec(line) ?? []
  if (percent === undefined || Number(percent) > 100) return undefined
  return { percent: Number(percent), ...(message === undefined ? {} : { message }) }
}
