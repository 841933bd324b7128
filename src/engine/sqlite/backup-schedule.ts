import { readdirSync, rmSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { LONGEST_TIMER } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import type { EngineHost } from '../contract.ts'
import type { Backups } from './backups.ts'
import type { BackupSettings } from './options.ts'

/** Makes a backup each so often, and keeps the newest of them. */
export class BackupSchedule {
  readonly #base: string
  readonly #extension: string
  #callOff: () => void = () => {}
  #stopped = false
  #due: number

  constructor(
    private readonly backups: Backups,
    private readonly settings: BackupSettings,
    private readonly host: EngineHost,
    file: string,
  ) {
    this.#extension = extname(file)
    this.#base = basename(file, this.#extension)
    const newest = this.#made().at(-1)
    this.#due = newest === undefined ? host.clock.now() : newest.time + settings.every
    this.#arm()
  }

  stop(): void {
    this.#stopped = true
    this.#callOff()
  }

  #arm(): void {
    if (this.#stopped) return
    const { clock } = this.host
    const wait = Math.min(Math.max(0, this.#due - clock.now()), LONGEST_TIMER)
    this.#callOff = clock.after(wait, () => {
      if (this.#due > clock.now()) this.#arm()
      else void this.#make()
    })
  }

  async #make(): Promise<void> {
    const { clock, logger } = this.host
    const path = join(this.settings.directory, this.#nameAt(clock.now()))
    this.#due = clock.now() + this.settings.every
    try {
      await this.backups.make(path)
      for (const { name } of this.#made().slice(0, -this.settings.keep))
        rmSync(join(this.settings.directory, name), { force: true })
    } catch (error) {
      logger.error(`the backup to ${path} failed; it is tried again when the next one is due`, {
        error: messageOf(error),
      })
    }
    this.#arm()
  }

  /** `tasks.db` becomes `tasks-20261124T215641123Z.db`. */
  #nameAt(time: number): string {
    return `${this.#base}-${new Date(time).toISOString().replaceAll(/[-:.]/g, '')}${this.#extension}`
  }

  /** Those that there are, the oldest first. */
  #made(): { readonly name: string; readonly time: number }[] {
    const made: { name: string; time: number }[] = []
    for (const name of this.#names()) {
      const time = this.#timeOf(name)
      if (time !== undefined) made.push({ name, time })
    }
    return made.sort((a, b) => a.time - b.time)
  }

  #timeOf(name: string): number | undefined {
    const stamp = name.slice(this.#base.length + 1, name.length - this.#extension.length)
    const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/.exec(stamp)
    if (parts === null) return undefined
    const [year, month, day, hour, minute, second, ms] = parts.slice(1).map(Number)
    const time = Date.UTC(year!, month! - 1, day, hour, minute, second, ms)
    return this.#nameAt(time) === name ? time : undefined
  }

  #names(): string[] {
    try {
      return readdirSync(this.settings.directory)
    } catch {
      // It is made with the first backup.
      return []
    }
  }
}
