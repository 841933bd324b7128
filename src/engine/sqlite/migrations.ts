import { MajordomoError } from '../../core/errors.ts'
import { FIRST_SCHEMA } from './schema.ts'
import type { Sql } from './sql.ts'

/** One step from a version of the file to the next. A step that was released is never changed. */
export interface Migration {
  readonly name: string
  readonly sql: string
}

export const MIGRATIONS: readonly Migration[] = [{ name: 'the first tables', sql: FIRST_SCHEMA }]

/** The version of a file, which is the number of migrations that it has been through. */
export function versionOf(sql: Sql): number {
  return Number(sql.pragma('user_version'))
}

/** @throws {MajordomoError} `engine-unavailable` for a file of a later release */
export function refuseNewer(version: number, file: string): void {
  if (version > MIGRATIONS.length)
    throw new MajordomoError(
      'engine-unavailable',
      `${file} is of version ${version}, and this release of majordomo knows versions up to ${MIGRATIONS.length}; use a later release`,
    )
}

/** Brings the file to the newest version: each step as a whole, or not at all. Answers the names of the steps taken. */
export function migrate(sql: Sql, migrations: readonly Migration[] = MIGRATIONS): string[] {
  const before = versionOf(sql)
  const steps = migrations.slice(before)
  for (const [i, step] of steps.entries()) {
    sql.exec('BEGIN IMMEDIATE')
    try {
      sql.exec(step.sql)
      sql.exec(`PRAGMA user_version = ${before + i + 1}`)
      sql.exec('COMMIT')
    } catch (error) {
      sql.exec('ROLLBACK')
      throw error
    }
  }
  return steps.map((step) => step.name)
}
