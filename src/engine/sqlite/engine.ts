import { MajordomoError } from '../../core/errors.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { Engine, EngineHost } from '../contract.ts'
import { BackupSchedule } from './backup-schedule.ts'
import { Backups } from './backups.ts'
import { claim, renew } from './claim.ts'
import { Connection } from './connection.ts'
import { loadDriver } from './driver.ts'
import { told } from './faults.ts'
import { counting } from './find/count.ts'
import { list } from './find/list.ts'
import { GroupCommit } from './group-commit.ts'
import { insert, recalled } from './insert.ts'
import { describe, limit, pause } from './operation-calls.ts'
import type { SqliteSettings } from './options.ts'
import { readOutput } from './outputs.ts'
import { remove, requestCancel, update } from './outside.ts'
import { recover } from './recovery.ts'
import { amend, settle } from './run-writes.ts'
import { fire, putSchedule, removeSchedule, schedules } from './schedules.ts'
import { Store } from './store.ts'
import { sweep } from './sweep.ts'

/** An engine that can be copied while it works. */
export interface SqliteEngine extends Engine {
  /**
   * Copies the database to `path`, while others go on: the copy is the state of one moment, and another engine can be
   * opened on it. A file that is there is replaced, at the end; its folder is made where there is none.
   * @throws {MajordomoError} `manager-closed` where the engine is not open; `storage-full` and `engine-unavailable` as
   * any write
   */
  backup(path: string): Promise<void>
}

/** What there is while the engine is open. */
interface Opened {
  readonly store: Store
  readonly connection: Connection
  readonly commit: GroupCommit
  readonly backups: Backups
  readonly schedule: BackupSchedule | undefined
}

export class EngineOnSqlite implements SqliteEngine {
  readonly name = 'sqlite'
  readonly traits = Object.freeze({ durable: true, shared: false })
  readonly #settings: SqliteSettings
  #opened: Opened | undefined
  #opening = false

  constructor(settings: SqliteSettings) {
    this.#settings = settings
  }

  get #open(): Opened {
    if (this.#opened === undefined) throw new MajordomoError('manager-closed', 'the engine is not open')
    return this.#opened
  }

  get #commit(): GroupCommit {
    return this.#open.commit
  }

  async open(host: EngineHost): Promise<void> {
    if (this.#opened !== undefined || this.#opening)
      throw new MajordomoError(
        'invalid-option',
        'this engine is open already: give each manager its own sqlite()',
      )
    this.#opening = true
    try {
      this.#opened = await this.#opens(host)
      this.#opened.store.tell()
    } finally {
      this.#opening = false
    }
  }

  async #opens(host: EngineHost): Promise<Opened> {
    const { file, outputs, backup } = this.#settings
    const driver = await loadDriver()
    const connection = new Connection(driver, this.#settings)
    try {
      const store = new Store(connection.sql, host, outputs)
      recover(store)
      const backups = new Backups(driver, connection, file)
      const schedule = backup === undefined ? undefined : new BackupSchedule(backups, backup, host, file)
      return { store, connection, commit: new GroupCommit(store, file), backups, schedule }
    } catch (error) {
      connection.close()
      throw told(error, file)
    }
  }

  async close(): Promise<void> {
    if (this.#opened === undefined) return
    const { connection, commit, backups, schedule } = this.#opened
    this.#opened = undefined
    schedule?.stop()
    commit.run()
    await backups.idle()
    connection.close()
  }

  insert: Engine['insert'] = async (drafts, limits) =>
    this.#commit.change((store) => insert(store, drafts, limits))
  claim: Engine['claim'] = async (wish) => this.#commit.change((store) => claim(store, wish))
  amend: Engine['amend'] = async (changes) => this.#commit.change((store) => amend(store, changes))
  settle: Engine['settle'] = async (ends) => this.#commit.change((store) => settle(store, ends))
  renew: Engine['renew'] = async (claims, lease) =>
    this.#commit.change((store) => renew(store, claims, lease))
  requestCancel: Engine['requestCancel'] = async (orders) =>
    this.#commit.change((store) => requestCancel(store, orders))
  update: Engine['update'] = async (id, change) => this.#commit.change((store) => update(store, id, change))
  remove: Engine['remove'] = async (ids) => this.#commit.change((store) => remove(store, ids))
  sweep: Engine['sweep'] = async () => this.#commit.change(sweep)

  get: Engine['get'] = async (id) =>
    this.#commit.read((store) => {
      const row = store.byId(id)
      return row === undefined ? undefined : snapshot(row)
    })

  recall: Engine['recall'] = async (id) =>
    this.#commit.read((store) => {
      const row = store.byId(id)
      return row === undefined ? undefined : recalled(row)
    })

  list: Engine['list'] = async (query) => this.#commit.read((store) => list(store, query))

  count: Engine['count'] = async (filter) => {
    const count = await this.#commit.read((store) => counting(store, filter))
    if (count === undefined) return 0
    while (!count.done) {
      await this.#commit.read(() => count.step())
      await new Promise((resolve) => setImmediate(resolve))
    }
    return count.count
  }

  readOutput: Engine['readOutput'] = async (id, query) =>
    this.#commit.read((store) => readOutput(store, id, query))

  operations: Engine['operations'] = async () =>
    this.#commit.read((store) => store.operations.all().map((op) => op.state()))
  pause: Engine['pause'] = async (name, paused) => this.#commit.change((store) => pause(store, name, paused))
  limit: Engine['limit'] = async (name, concurrency) =>
    this.#commit.change((store) => limit(store, name, concurrency))
  describe: Engine['describe'] = async (descriptions) =>
    this.#commit.change((store) => describe(store, descriptions))
  /** There is no other process whose changes could be told. */
  watch: Engine['watch'] = async () => {}
  recentEvents: Engine['recentEvents'] = async () => []

  schedules: Engine['schedules'] = async () => this.#commit.read(schedules)
  putSchedule: Engine['putSchedule'] = async (draft) =>
    this.#commit.change((store) => putSchedule(store, draft))
  removeSchedule: Engine['removeSchedule'] = async (name) =>
    this.#commit.change((store) => removeSchedule(store, name))
  fire: Engine['fire'] = async (order, limits) => this.#commit.change((store) => fire(store, order, limits))

  announce: Engine['announce'] = async (worker, ttl) =>
    this.#commit.change(({ crew }) => crew.announce(worker, ttl))
  dismiss: Engine['dismiss'] = async (id) => this.#commit.change(({ crew }) => crew.dismiss(id))
  workers: Engine['workers'] = async () => this.#commit.read(({ crew }) => crew.list())
  setWorker: Engine['setWorker'] = async (id, mode) =>
    this.#commit.change((store) => {
      const worker = store.crew.setMode(id, mode)
      if (worker !== undefined) store.tidings.modes.push(mode)
      return worker
    })

  async backup(path: string): Promise<void> {
    await this.#open.backups.make(path)
  }
}
