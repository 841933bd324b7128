import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { invalidOption } from '../../core/errors.ts'
import type { Connection } from './connection.ts'
import type { Driver } from './driver.ts'
import { told } from './faults.ts'

/** Copies of the database, made while it is in use, one after the other. */
export class Backups {
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly driver: Driver,
    private readonly connection: Connection,
    private readonly file: string,
  ) {}

  make(path: string): Promise<void> {
    if (resolve(path) === resolve(this.file))
      throw invalidOption('path', 'another file than that of the engine', path)
    const made = this.#last.then(() => this.#copy(path))
    this.#last = made.catch(() => {})
    return made
  }

  /** Waits until none is being made. */
  idle(): Promise<void> {
    return this.#last
  }

  async #copy(path: string): Promise<void> {
    const { backup } = this.driver
    // Under its name there is a whole copy or none.
    const part = `${path}.part`
    try {
      mkdirSync(dirname(path), { recursive: true })
      rmSync(part, { force: true })
      if (backup === undefined) this.connection.sql.exec(`VACUUM INTO '${part.replaceAll("'", "''")}'`)
      else await backup(this.connection.database, part)
      renameSync(part, path)
    } catch (error) {
      rmSync(part, { force: true })
      throw told(error, path)
    }
  }
}
