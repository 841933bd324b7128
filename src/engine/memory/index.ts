import { known, wholeNumberIn } from '../../core/options.ts'
import { MajordomoError } from '../../core/errors.ts'
import { snapshot } from '../../core/snapshot.ts'
import type { Engine, EngineHost } from '../contract.ts'
import { claim, renew } from './claim.ts'
import { count, list } from './find.ts'
import { describe, limit, operations, pause } from './operations.ts'
import { insert, recalled } from './insert.ts'
import { EMPTY_PAGE } from './outputs.ts'
import { requestCancel, remove, update } from './outside.ts'
import { amend, settle } from './run-writes.ts'
import { fire, putSchedule, removeSchedule, schedules } from './schedules.ts'
import { Store, type OutputLimits } from './store.ts'
import { sweep } from './sweep.ts'

export interface MemoryOptions {
  /** The most bytes of `log`, of `stdout` and of `stderr` that each task keeps; 1 MiB by default. The oldest go first. */
  readonly outputBytes?: number
}

/** The engine that forgets: tasks live as long as the process. It is the default of a Manager. */
export function memory(options: MemoryOptions = {}): Engine {
  known(options, ['outputBytes'], 'memory')
  const bytes = wholeNumberIn(options.outputBytes, 'memory.outputBytes', 1024) ?? 1_048_576
  return new MemoryEngine({ bytes, items: 100_000 })
}

class MemoryEngine implements Engine {
  readonly name = 'memory'
  readonly traits = Object.freeze({ durable: false, shared: false })
  readonly #limits: OutputLimits
  #opened: Store | undefined

  constructor(limits: OutputLimits) {
    this.#limits = limits
  }

  get #store(): Store {
    if (this.#opened === undefined) throw new MajordomoError('manager-closed', 'the engine is not open')
    return this.#opened
  }

  async open(host: EngineHost): Promise<void> {
    if (this.#opened !== undefined)
      throw new MajordomoError(
        'invalid-option',
        'this engine is open already: give each manager its own memory()',
      )
    this.#opened = new Store(host, this.#limits)
  }

  async close(): Promise<void> {
    this.#opened = undefined
  }

  insert: Engine['insert'] = async (drafts, limits) =>
    this.#store.step((store) => insert(store, drafts, limits))
  claim: Engine['claim'] = async (wish) => this.#store.step((store) => claim(store, wish))
  amend: Engine['amend'] = async (changes) => this.#store.step((store) => amend(store, changes))
  settle: Engine['settle'] = async (ends) => this.#store.step((store) => settle(store, ends))
  renew: Engine['renew'] = async (claims, lease) => this.#store.step((store) => renew(store, claims, lease))
  requestCancel: Engine['requestCancel'] = async (orders) =>
    this.#store.step((store) => requestCancel(store, orders))
  update: Engine['update'] = async (id, change) => this.#store.step((store) => update(store, id, change))
  remove: Engine['remove'] = async (ids) => this.#store.step((store) => remove(store, ids))
  sweep: Engine['sweep'] = async () => this.#store.step(sweep)
  list: Engine['list'] = async (query) => this.#store.step((store) => list(store, query))
  count: Engine['count'] = async (filter) => this.#store.step((store) => count(store, filter))

  get: Engine['get'] = async (id) => {
    const row = this.#store.read().indexes.get(id)
    return row === undefined ? undefined : snapshot(row)
  }

  recall: Engine['recall'] = async (id) => {
    const row = this.#store.indexes.get(id)
    return row === undefined ? undefined : recalled(row)
  }

  readOutput: Engine['readOutput'] = async (id, { stream, after, limit: most, tail }) => {
    const row = this.#store.indexes.get(id)
    if (row === undefined) return undefined
    return row.extras?.outputs?.page(stream, after, most, tail) ?? EMPTY_PAGE(after)
  }

  operations: Engine['operations'] = async () => operations(this.#store)
  pause: Engine['pause'] = async (name, paused) => this.#store.step((store) => pause(store, name, paused))
  limit: Engine['limit'] = async (name, concurrency) =>
    this.#store.step((store) => limit(store, name, concurrency))
  describe: Engine['describe'] = async (descriptions) => describe(this.#store, descriptions)
  /** There is no other process whose changes could be told. */
  watch: Engine['watch'] = async () => {}
  recentEvents: Engine['recentEvents'] = async () => []

  schedules: Engine['schedules'] = async () => schedules(this.#store)
  putSchedule: Engine['putSchedule'] = async (draft) => this.#store.step((store) => putSchedule(store, draft))
  removeSchedule: Engine['removeSchedule'] = async (name) =>
    this.#store.step((store) => removeSchedule(store, name))
  fire: Engine['fire'] = async (order, limits) => this.#store.step((store) => fire(store, order, limits))

  announce: Engine['announce'] = async (worker, ttl) =>
    this.#store.step(({ crew }) => crew.announce(worker, ttl))
  dismiss: Engine['dismiss'] = async (id) => this.#store.step(({ crew }) => crew.dismiss(id))
  workers: Engine['workers'] = async () => this.#store.read().crew.list()
  setWorker: Engine['setWorker'] = async (id, mode) =>
    this.#store.step((store) => {
      const worker = store.crew.setMode(id, mode)
      if (worker !== undefined) store.mode(mode)
      return worker
    })
}
