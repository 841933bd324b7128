import { milliseconds, type Duration } from '../../core/duration.ts'
import { invalidOption } from '../../core/errors.ts'
import { known, stringIn, wholeNumberIn } from '../../core/options.ts'

export interface SqliteOptions {
  /** Path of the database file; it is made where there is none, the folder that it is in is not. */
  readonly file: string
  /**
   * What an acknowledged change survives:
   *
   * - `process` (default): the end of the process, however sudden. A power cut, or a crash of the operating system, may
   *   take the last moments back; what is left is consistent.
   * - `power`: also that. Each commit waits for the disk, which costs some milliseconds on most.
   */
  readonly sync?: 'process' | 'power'
  /** The most bytes of `log`, of `stdout` and of `stderr` that each task keeps; 1 MiB by default. The oldest go first. */
  readonly outputBytes?: number
  /** Backups on a schedule; none by default. `SqliteEngine.backup` makes one at any time. */
  readonly backup?: BackupOptions
}

export interface BackupOptions {
  /** Where they go; it is made where there is none. Their names begin with that of the file, and sort by time. */
  readonly directory: string
  /** How long from one to the next, at least a second; counted from the newest one in the folder, so restarts do not put it off. */
  readonly every: Duration
  /** The newest so many are kept; 7 by default. */
  readonly keep?: number
}

/** The same, complete. */
export interface SqliteSettings {
  readonly file: string
  readonly sync: 'process' | 'power'
  readonly outputs: OutputLimits
  readonly backup: BackupSettings | undefined
}

export interface BackupSettings {
  readonly directory: string
  /** ms */
  readonly every: number
  readonly keep: number
}

/** How much output a task may keep. */
export interface OutputLimits {
  /** Bytes of each of log, stdout and stderr. */
  readonly bytes: number
  readonly items: number
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function sqliteSettings(options: SqliteOptions): SqliteSettings {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('sqlite', "options such as { file: '/var/lib/my-service/tasks.db' }", options)
  known(options, ['file', 'sync', 'outputBytes', 'backup'], 'sqlite')
  return Object.freeze({
    file: fileIn(options.file),
    sync: syncIn(options.sync),
    outputs: Object.freeze({
      bytes: wholeNumberIn(options.outputBytes, 'sqlite.outputBytes', 1024) ?? 1_048_576,
      items: 100_000,
    }),
    backup: options.backup === undefined ? undefined : backupSettings(options.backup),
  })
}

function fileIn(value: unknown): string {
  const file = stringIn(value, 'sqlite.file', 4096)
  if (file === undefined) throw invalidOption('sqlite.file', 'a path', value)
  // SQLite would take these for a database that lives in memory.
  if (file.startsWith(':memory:') || file.startsWith('file:') || file.trim() === '')
    throw invalidOption('sqlite.file', 'the path of a file; what is to live in memory, memory() keeps', value)
  return file
}

function syncIn(value: unknown): 'process' | 'power' {
  if (value === undefined || value === 'process') return 'process'
  if (value === 'power') return value
  throw invalidOption('sqlite.sync', "'process' or 'power'", value)
}

function backupSettings(value: BackupOptions): BackupSettings {
  if (typeof value !== 'object' || value === null)
    throw invalidOption('sqlite.backup', 'an object with directory and every', value)
  known(value, ['directory', 'every', 'keep'], 'sqlite.backup')
  const directory = stringIn(value.directory, 'sqlite.backup.directory', 4096)
  if (directory === undefined) throw invalidOption('sqlite.backup.directory', 'a path', value.directory)
  const every = milliseconds(value.every, 'sqlite.backup.every')
  if (every < 1_000) throw invalidOption('sqlite.backup.every', 'at least a second', value.every)
  const keep = wholeNumberIn(value.keep, 'sqlite.backup.keep', 1) ?? 7
  return Object.freeze({ directory, every, keep })
}
