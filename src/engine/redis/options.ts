import type { RedisOptions } from 'ioredis'
import { milliseconds, type Duration } from '../../core/duration.ts'
import { invalidOption } from '../../core/errors.ts'
import { booleanIn, known, stringIn, wholeNumberIn } from '../../core/options.ts'

export interface RedisEngineOptions {
  /**
   * Where Redis is: a URL (`redis://` or, with TLS, `rediss://`), or the options of ioredis, of which host, port, path, TLS,
   * sentinels, username, password and db are passed on; `'redis://127.0.0.1:6379'` by default. Not an instance: the engine
   * needs several connections with settings of its own.
   */
  readonly connection?: string | RedisOptions
  /**
   * What its keys begin with, in braces, so that all of them are in one slot of a cluster; `'majordomo'` by default.
   * Managers with the same prefix on the same Redis share their tasks.
   */
  readonly prefix?: string
  /** The most bytes of `log`, of `stdout` and of `stderr` that each task keeps; 1 MiB by default. The oldest go first. */
  readonly outputBytes?: number
  /** Wait at opening until Redis is there, instead of being refused within seconds; false by default. */
  readonly waitForRedis?: boolean
  /** How many events are kept for readers that come later or come back, roughly; 10,000 by default. */
  readonly events?: number
  /** How long a call waits for its answer before the connection is given up and made again; `'5s'` by default. */
  readonly commandTimeout?: Duration
}

/** The same, complete. */
export interface RedisSettings {
  readonly connection: string | RedisOptions
  /** As it stands in keys: `{majordomo}`. */
  readonly tag: string
  readonly outputBytes: number
  readonly waitForRedis: boolean
  readonly events: number
  /** ms */
  readonly commandTimeout: number
}

const NAMES = ['connection', 'prefix', 'outputBytes', 'waitForRedis', 'events', 'commandTimeout'] as const
const LOCAL = 'redis://127.0.0.1:6379'

/** @throws {MajordomoError} `invalid-option` naming the field */
export function redisSettings(options: RedisEngineOptions = {}): RedisSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('redis', 'an object', options)
  known(options, NAMES, 'redis')
  const prefix = stringIn(options.prefix, 'redis.prefix', 100) ?? 'majordomo'
  if (/[{}\s]/.test(prefix))
    throw invalidOption('redis.prefix', 'a string without braces and white space', prefix)
  const commandTimeout = milliseconds(options.commandTimeout ?? '5s', 'redis.commandTimeout')
  if (commandTimeout < 1) throw invalidOption('redis.commandTimeout', 'at least 1 ms', options.commandTimeout)
  return Object.freeze({
    connection: connectionIn(options.connection),
    tag: `{${prefix}}`,
    outputBytes: wholeNumberIn(options.outputBytes, 'redis.outputBytes', 1024) ?? 1_048_576,
    waitForRedis: booleanIn(options.waitForRedis, 'redis.waitForRedis') ?? false,
    events: wholeNumberIn(options.events, 'redis.events', 100, 1_000_000) ?? 10_000,
    commandTimeout,
  })
}

function connectionIn(connection: RedisEngineOptions['connection']): string | RedisOptions {
  const expected = 'a URL such as "redis://127.0.0.1:6379", or options of ioredis'
  if (connection === undefined) return LOCAL
  if (typeof connection === 'string') {
    if (/^rediss?:\/\//.test(connection) && URL.canParse(connection)) {
      databaseIn(new URL(connection))
      return connection
    }
    // It may hold a password, so it is not shown.
    throw invalidOption('redis.connection', expected, 'another string')
  }
  if (typeof connection !== 'object' || connection === null || Array.isArray(connection))
    throw invalidOption('redis.connection', expected, connection)
  if ('duplicate' in connection)
    throw invalidOption('redis.connection', `${expected}; not an instance of it`, connection)
  if (connection.keyPrefix !== undefined && connection.keyPrefix !== '')
    throw invalidOption(
      'redis.connection.keyPrefix',
      'left out: redis.prefix is there for it',
      connection.keyPrefix,
    )
  return connection
}

/** ioredis would go on in database 0. */
function databaseIn({ pathname, searchParams }: URL): void {
  const database = searchParams.get('db') ?? pathname.slice(1)
  if (!/^\d*$/.test(database))
    throw invalidOption(
      'redis.connection',
      'a URL whose path, if it has one, is the number of a database',
      database,
    )
}

/** Which of Redis's databases is asked for. */
export function databaseOf(connection: string | RedisOptions): number {
  if (typeof connection !== 'string') return connection.db ?? 0
  const { pathname, searchParams } = new URL(connection)
  return Number(searchParams.get('db') ?? pathname.slice(1))
}

/** How the Redis is called in messages, without what is secret: `127.0.0.1:6379`. */
export function whereIs(connection: string | RedisOptions): string {
  if (typeof connection === 'string') {
    const { hostname, port } = new URL(connection)
    return `${hostname === '' ? 'localhost' : hostname}:${port === '' ? 6379 : port}`
  }
  if (connection.path !== undefined) return connection.path
  if (Array.isArray(connection.sentinels)) {
    const sentinels = connection.sentinels.map(({ host, port }) => `${host ?? 'localhost'}:${port ?? 26_379}`)
    return `${connection.name ?? 'the master'} of the sentinels ${sentinels.join(', ')}`
  }
  return `${connection.host ?? 'localhost'}:${connection.port ?? 6379}`
}
