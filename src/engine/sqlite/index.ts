import { EngineOnSqlite, type SqliteEngine } from './engine.ts'
import { sqliteSettings, type SqliteOptions } from './options.ts'

export type { BackupOptions, SqliteOptions } from './options.ts'
export type { SqliteEngine } from './engine.ts'

/**
 * The engine that remembers, in one file on this machine: acknowledged tasks survive the end of the process. It serves
 * one process and one manager; the file is locked while it is open.
 *
 * ```ts
 * import { sqlite } from 'majordomo/sqlite'
 * const manager = new Manager({ engine: sqlite({ file: '/var/lib/my-service/tasks.db' }) })
 * ```
 *
 * It needs Node 22.13 or later, or the package `@photostructure/sqlite`.
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function sqlite(options: SqliteOptions): SqliteEngine {
  return new EngineOnSqlite(sqliteSettings(options))
}
