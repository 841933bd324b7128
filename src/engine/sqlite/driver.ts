import { MajordomoError } from '../../core/errors.ts'

/**
 * The little that is needed of SQLite, as `node:sqlite` has it and `@photostructure/sqlite` too. Which of the two it is,
 * no other file knows.
 */
export interface Driver {
  open(path: string): Database
  /** Copies a database while it is in use; undefined where this Node cannot do that. */
  readonly backup: ((database: Database, path: string) => Promise<unknown>) | undefined
}

export interface Database {
  exec(sql: string): void
  prepare(sql: string): Statement
  close(): void
}

export type Value = string | number | null

export interface Statement {
  run(...values: Value[]): unknown
  get(...values: Value[]): unknown
  all(...values: Value[]): unknown[]
}

interface SqliteModule {
  readonly DatabaseSync: new (path: string) => Database
  readonly backup?: (database: Database, path: string) => Promise<unknown>
}

/**
 * SQLite as this process has it: Node's own from 22.13 on, else the package `@photostructure/sqlite`.
 * @throws {MajordomoError} `invalid-option` where there is neither
 */
export async function loadDriver(load: Loader = LOADER): Promise<Driver> {
  const found = load.builtin() ?? (await load.packaged())
  if (!isSqlite(found))
    throw new MajordomoError(
      'invalid-option',
      'this Node has no node:sqlite; install the package @photostructure/sqlite, or use Node 22.13 or later',
    )
  const { DatabaseSync, backup } = found
  return { open: (path) => new DatabaseSync(path), backup }
}

/** Where the two are looked for. */
export interface Loader {
  builtin(): unknown
  packaged(): Promise<unknown>
}

const LOADER: Loader = {
  // Not by import: bundlers take the prefix away, and there is no module `sqlite`.
  builtin: () => process.getBuiltinModule?.('node:sqlite'),
  packaged: () => import('@photostructure/sqlite').catch(() => undefined),
}

function isSqlite(found: unknown): found is SqliteModule {
  return typeof found === 'object' && found !== null && 'DatabaseSync' in found
}
