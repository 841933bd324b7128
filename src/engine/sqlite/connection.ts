import { closeSync, openSync } from 'node:fs'
import { MajordomoError } from '../../core/errors.ts'
import type { Database, Driver } from './driver.ts'
import { isBusy, told } from './faults.ts'
import { APPLICATION_ID, versionInHeader } from './header.ts'
import { migrate, refuseNewer, versionOf } from './migrations.ts'
import type { SqliteSettings } from './options.ts'
import { disown, own, ownerOf } from './owner.ts'
import { Sql } from './sql.ts'

/** Pages of 4 KiB: how long the log grows before it is brought into the file. */
const CHECKPOINT_PAGES = 4_000

/** The database file, open, and locked for as long as that. */
export class Connection {
  readonly sql: Sql
  readonly #database: Database
  readonly #file: string

  /** @throws {MajordomoError} `engine-unavailable` naming the file, and who else has it */
  constructor(driver: Driver, settings: SqliteSettings) {
    const { file } = settings
    this.#file = file
    const version = versionInHeader(file)
    if (version !== undefined) refuseNewer(version, file)
    this.#database = opened(driver, file)
    this.sql = new Sql(this.#database)
    try {
      prepare(this.sql, settings, version === undefined)
    } catch (error) {
      this.#release()
      throw isBusy(error) ? inUse(file) : told(error, file)
    }
    own(file)
  }

  get database(): Database {
    return this.#database
  }

  close(): void {
    disown(this.#file)
    this.#release()
  }

  /**
   * One driver keeps a closed connection, and its lock, until the last statement of it is collected as garbage; so the
   * lock is given up by hand. That needs another kind of journal, which also brings the log into the file.
   */
  #release(): void {
    try {
      this.sql.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema')
    } catch {
      // Somebody else has the lock, or there is no room: then the log stays, and the next life of the file reads it.
    }
    this.#database.close()
  }
}

function opened(driver: Driver, file: string): Database {
  hide(file)
  try {
    return driver.open(file)
  } catch (error) {
    throw told(error, file)
  }
}

/** Arguments may be secret, so a new file is for its owner only; what SQLite puts beside it takes after it. */
function hide(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
  } catch {
    // SQLite will say what is wrong with it.
  }
}

function prepare(sql: Sql, { file, sync }: SqliteSettings, isNew: boolean): void {
  // The lock is taken with the first read of the log, or with the first write, and kept. The system lets go of it when
  // the process ends in whatever way.
  sql.exec('PRAGMA locking_mode = EXCLUSIVE')
  if (isNew) sql.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID}`)
  if (sql.pragma('journal_mode = WAL') !== 'wal')
    throw new MajordomoError('engine-unavailable', `${file} cannot have a write-ahead log where it is`)
  sql.exec(`
    PRAGMA synchronous = ${sync === 'power' ? 'FULL' : 'NORMAL'};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${CHECKPOINT_PAGES * 4_096};
    PRAGMA cache_size = -32000;
    PRAGMA temp_store = MEMORY;
  `)
  // The header may have been older than the log.
  refuseNewer(versionOf(sql), file)
  // So that the header is right from now on.
  if (migrate(sql).length > 0) sql.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  // Only now, by writing, it shows that nobody else has the file and that it can be written.
  sql.run('UPDATE meta SET time = time')
}

function inUse(file: string): MajordomoError {
  const owner = ownerOf(file)
  const by = owner === undefined ? 'another process' : owner
  return new MajordomoError(
    'engine-unavailable',
    `${file} is in use by ${by}; an engine on SQLite serves one process and one manager`,
  )
}
