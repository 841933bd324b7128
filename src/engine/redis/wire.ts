import type { Redis, RedisOptions } from 'ioredis'
import { MajordomoError, messageOf } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { faultOf, isDemotion, isRefusal } from './faults.ts'
import type { Script } from './scripts.ts'
import { whereIs, type RedisSettings } from './options.ts'

type RedisClass = typeof import('ioredis').Redis

const FIRST_WAIT = 50
const LONGEST_WAIT = 2_000
const CONNECT_TIMEOUT = 5_000
const KEEP_ALIVE = 10_000

/** @throws {MajordomoError} `invalid-option` where the package is not installed */
export async function loadIoredis(): Promise<RedisClass> {
  try {
    return (await import('ioredis')).Redis
  } catch (error) {
    throw new MajordomoError(
      'invalid-option',
      `the redis engine needs the package ioredis: npm install ioredis (${messageOf(error)})`,
      { cause: error },
    )
  }
}

export interface WireParts {
  readonly Redis: RedisClass
  readonly settings: RedisSettings
  readonly logger: Logger
  /** What it is for, in the names of connections and in the log. */
  readonly role: string
  /** How long it may be silent while an answer is due, ms. */
  readonly patience: number
  /** It is connected again after it was lost. */
  readonly back?: () => void
}

/**
 * One connection. While it is wanted it is made again and again; what is asked of it while it is down fails at once,
 * and what was under way when it broke fails too, because nobody knows whether it was done. A connection that
 * does not answer in time counts as broken.
 */
export class Wire {
  readonly redis: Redis
  readonly #parts: WireParts
  readonly #where: string
  #isWanted = true
  #wasReady = false
  #isLost = false
  #lastError: unknown

  constructor(parts: WireParts) {
    const { Redis, settings } = parts
    this.#parts = parts
    this.#where = whereIs(settings.connection)
    const options = optionsFor(parts, (times) => this.#retryIn(times))
    const { connection } = settings
    this.redis =
      typeof connection === 'string'
        ? new Redis(connection, options)
        : new Redis({ ...connection, ...options })
    this.redis.on('error', (error: unknown) => (this.#lastError = error))
    this.redis.on('close', () => this.#lost())
    this.redis.on('ready', () => this.#ready())
  }

  get isReady(): boolean {
    return this.redis.status === 'ready'
  }

  /** @throws {MajordomoError} why it cannot be made; with `waitForRedis` only if Redis refuses the credentials, or `close` is called */
  async connect(): Promise<void> {
    for (let times = 1; ; times++) {
      try {
        return await this.redis.connect()
      } catch (error) {
        const cause = this.#lastError ?? error
        if (!this.#isWanted || !this.#parts.settings.waitForRedis || isRefusal(cause)) {
          this.close()
          throw faultOf(cause, this.#where)
        }
        if (times === 1)
          this.#parts.logger.warn(`waiting for Redis at ${this.#where}`, { error: messageOf(cause) })
        await new Promise((resolve) => setTimeout(resolve, waitFor(times)))
        if (!this.#isWanted) throw faultOf(cause, this.#where)
      }
    }
  }

  /** @throws {MajordomoError} */
  async run(script: Script<unknown>, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.redis.call('EVALSHA', [script.sha, 1, ...args])
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw this.#fault(error)
    }
    return this.call('EVAL', script.lua, 1, ...args)
  }

  /** @throws {MajordomoError} */
  call(command: string, ...args: (string | number)[]): Promise<unknown> {
    return this.asked(this.redis.call(command, args))
  }

  /** The answer to what was asked of {@link redis}. @throws {MajordomoError} */
  async asked<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      throw this.#fault(error)
    }
  }

  /** Gives the connection up, and makes it again while it is wanted. */
  renew(): void {
    if (this.#isWanted && this.isReady) this.redis.disconnect(true)
  }

  /** Nothing more will be asked of it. */
  close(): void {
    this.#isWanted = false
    this.redis.disconnect()
  }

  /** When all that was asked has been answered. */
  async quit(): Promise<void> {
    this.#isWanted = false
    if (this.isReady) await this.redis.quit().catch(() => {})
    this.redis.disconnect()
  }

  #fault(error: unknown): MajordomoError {
    if (isDemotion(error)) this.renew()
    return faultOf(error, this.#where)
  }

  #retryIn(times: number): number | undefined {
    return this.#isWanted && this.#wasReady ? waitFor(times) : undefined
  }

  #ready(): void {
    this.#wasReady = true
    if (!this.#isLost) return
    this.#isLost = false
    this.#parts.logger.info(`the connection to Redis (${this.#parts.role}) is back`)
    this.#parts.back?.()
  }

  #lost(): void {
    if (!this.#isWanted || !this.#wasReady || this.#isLost) return
    this.#isLost = true
    this.#parts.logger.warn(`the connection to Redis at ${this.#where} (${this.#parts.role}) is lost`, {
      error: messageOf(this.#lastError ?? 'it was closed'),
    })
  }
}

function waitFor(times: number): number {
  return Math.min(FIRST_WAIT * 2 ** (times - 1), LONGEST_WAIT)
}

/** What the engine decides itself, whatever the host's options say. */
function optionsFor({ role, patience }: WireParts, retryStrategy: (times: number) => number | undefined) {
  return {
    connectTimeout: CONNECT_TIMEOUT,
    connectionName: `majordomo-${role}`,
    lazyConnect: true,
    // What fails is repeated by the manager, which knows what may be repeated.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: false,
    commandTimeout: undefined,
    socketTimeout: patience,
    keepAlive: KEEP_ALIVE,
    autoResubscribe: false,
    reconnectOnError: null,
    retryStrategy,
    keyPrefix: '',
    stringNumbers: false,
    // The shapes of replies are those of all versions of ioredis.
    protocol: 2 as const,
    replyMapping: 'legacy' as const,
    readOnly: false,
    monitor: false,
  } satisfies RedisOptions
}
