import { MajordomoError } from '../../core/errors.ts'
import type { Engine, EngineHost } from '../contract.ts'
import { claim, renew } from './claims.ts'
import { recalled } from './drafts.ts'
import { insert } from './intake.ts'
import { count, list } from './lists.ts'
import { describe, limit, operations, pause } from './operations.ts'
import { redisSettings, type RedisEngineOptions, type RedisSettings } from './options.ts'
import { readOutput } from './outputs.ts'
import { remove, requestCancel, update } from './outside.ts'
import { kept, matterIn } from './record.ts'
import { fire, putSchedule, removeSchedule, schedules } from './schedules.ts'
import { SCRIPTS } from './scripts.ts'
import { Session } from './session.ts'
import { announce, dismiss, setWorker, workers } from './workers.ts'
import { amend, settle } from './writes.ts'

export type { RedisEngineOptions } from './options.ts'

/**
 * The engine for services with many replicas: tasks live in Redis 6.2 or later, and every manager with the same prefix
 * works on them. It needs the package ioredis. Opening it is refused where Redis is out of reach, or would lose tasks when
 * its memory is full.
 *
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function redis(options?: RedisEngineOptions): Engine {
  return new RedisEngine(redisSettings(options))
}

/** From `open` to `close`; the session is there once the package is loaded. */
interface Life {
  session: Session | undefined
  isOver: boolean
}

class RedisEngine implements Engine {
  readonly name = 'redis'
  readonly traits = Object.freeze({ durable: true, shared: true })
  readonly #settings: RedisSettings
  #life: Life | undefined

  constructor(settings: RedisSettings) {
    this.#settings = settings
  }

  get #session(): Session {
    const session = this.#life?.session
    if (session === undefined) throw new MajordomoError('manager-closed', 'the engine is not open')
    return session.check()
  }

  async open(host: EngineHost): Promise<void> {
    if (this.#life !== undefined)
      throw new MajordomoError(
        'invalid-option',
        'this engine is open already: give each manager its own redis()',
      )
    const life: Life = { session: undefined, isOver: false }
    this.#life = life
    try {
      await Session.open(this.#settings, host, (session) => {
        if (life.isOver) throw new MajordomoError('manager-closed', 'the engine was closed while it opened')
        life.session = session
      })
    } catch (error) {
      if (this.#life === life) this.#life = undefined
      throw error
    }
  }

  async close(): Promise<void> {
    const life = this.#life
    this.#life = undefined
    if (life === undefined) return
    life.isOver = true
    await life.session?.close()
  }

  insert: Engine['insert'] = async (drafts, limits) => insert(this.#session, drafts, limits)
  claim: Engine['claim'] = async (wish) => claim(this.#session, wish)
  amend: Engine['amend'] = async (changes) => amend(this.#session, changes)
  settle: Engine['settle'] = async (ends) => settle(this.#session, ends)
  renew: Engine['renew'] = async (claims, lease) => renew(this.#session, claims, lease)
  requestCancel: Engine['requestCancel'] = async (orders) => requestCancel(this.#session, orders)
  update: Engine['update'] = async (id, change) => update(this.#session, id, change)
  remove: Engine['remove'] = async (ids) => remove(this.#session, ids)
  list: Engine['list'] = async (query) => list(this.#session, query)
  count: Engine['count'] = async (filter) => count(this.#session, filter)
  readOutput: Engine['readOutput'] = async (id, query) => readOutput(this.#session, id, query)

  sweep: Engine['sweep'] = async () => {
    const next = await this.#session.run(SCRIPTS.sweep, {})
    return next < 0 ? undefined : next
  }

  get: Engine['get'] = async (id) => {
    const session = this.#session
    const { settings, result } = await session.reply(SCRIPTS.get, { id })
    if (result === null) return undefined
    await session.freshen(settings)
    return session.task(result)
  }

  recall: Engine['recall'] = async (id) => {
    const view = await this.#session.run(SCRIPTS.get, { id })
    if (view === null) return undefined
    const record = kept(view)
    const matter = matterIn(record)
    return matter && recalled(record.row, matter)
  }

  operations: Engine['operations'] = async () => operations(this.#session)
  pause: Engine['pause'] = async (operation, paused) => pause(this.#session, operation, paused)
  limit: Engine['limit'] = async (operation, concurrency) => limit(this.#session, operation, concurrency)
  describe: Engine['describe'] = async (descriptions) => describe(this.#session, descriptions)
  watch: Engine['watch'] = async (wanted) => this.#session.watch(wanted)
  recentEvents: Engine['recentEvents'] = async (most) => this.#session.recentEvents(most)

  schedules: Engine['schedules'] = async () => schedules(this.#session)
  putSchedule: Engine['putSchedule'] = async (draft) => putSchedule(this.#session, draft)
  removeSchedule: Engine['removeSchedule'] = async (name) => removeSchedule(this.#session, name)
  fire: Engine['fire'] = async (order, limits) => fire(this.#session, order, limits)

  announce: Engine['announce'] = async (worker, ttl) => announce(this.#session, worker, ttl)
  dismiss: Engine['dismiss'] = async (id) => dismiss(this.#session, id)
  workers: Engine['workers'] = async () => workers(this.#session)
  setWorker: Engine['setWorker'] = async (id, mode) => setWorker(this.#session, id, mode)
}
