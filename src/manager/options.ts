import type { Clock } from '../core/clock.ts'
import { milliseconds, type Duration } from '../core/duration.ts'
import { invalidOption } from '../core/errors.ts'
import { safeLogger, type Logger } from '../core/logger.ts'
import { booleanIn, known, wholeNumberIn } from '../core/options.ts'
import type { Engine } from '../engine/contract.ts'
import { systemClock } from './system-clock.ts'

export interface ManagerOptions {
  /** Where the manager tells what went wrong; nowhere by default. winston, pino and console fit. */
  readonly logger?: Logger
  /** What remembers the tasks; `memory()` by default. Each manager needs an engine of its own. */
  readonly engine?: Engine
  /** How long ended tasks are kept, unless the animator or the task says otherwise; `'60s'` by default. */
  readonly purgeDelay?: Duration
  /** The most runs at once, of all operations together; 100 by default. */
  readonly concurrency?: number
  /** The most tasks that may wait; a creation beyond it is refused with `queue-full`. 1,000,000 by default. */
  readonly maxQueued?: number
  /** The largest arguments and the largest result of a task, in characters of JSON, roughly; 1,048,576 by default. */
  readonly maxJson?: number
  /** Whether unfinished tasks that would be lost with the process hold it open; true by default. */
  readonly keepAlive?: boolean
  /**
   * How long a run holds its task without a sign of life; on engines that outlive the process or serve several, `'15s'`.
   * In memory a run holds its task until it ends, unless this is set.
   */
  readonly lease?: Duration
  /** The time; the machine's by default. */
  readonly clock?: Clock
}

/** The same, complete; durations in milliseconds. */
export interface ManagerSettings {
  readonly logger: Logger
  readonly engine: Engine
  readonly purgeDelay: number
  readonly concurrency: number
  readonly maxQueued: number
  readonly maxJson: number
  readonly keepAlive: boolean
  readonly lease: number | undefined
  readonly clock: Clock
}

const NAMES = [
  'logger',
  'engine',
  'purgeDelay',
  'concurrency',
  'maxQueued',
  'maxJson',
  'keepAlive',
  'lease',
  'clock',
]

/** @throws {MajordomoError} `invalid-option` naming the field */
export function managerSettings(options: ManagerOptions & { readonly engine: Engine }): ManagerSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  known(options, NAMES, '')
  const { logger, engine, clock } = options
  if (typeof engine?.open !== 'function') throw invalidOption('engine', 'an engine such as memory()', engine)
  if (logger !== undefined && typeof logger?.error !== 'function')
    throw invalidOption('logger', 'an object with error, warn, info and debug', logger)
  if (clock !== undefined && typeof clock?.now !== 'function')
    throw invalidOption('clock', 'an object with now and after', clock)
  const { durable, shared } = engine.traits
  return Object.freeze({
    logger: safeLogger(logger),
    engine,
    purgeDelay: milliseconds(options.purgeDelay ?? '60s', 'purgeDelay'),
    concurrency: wholeNumberIn(options.concurrency, 'concurrency', 1) ?? 100,
    maxQueued: wholeNumberIn(options.maxQueued, 'maxQueued', 0) ?? 1_000_000,
    maxJson: wholeNumberIn(options.maxJson, 'maxJson', 2) ?? 1_048_576,
    keepAlive: booleanIn(options.keepAlive, 'keepAlive') ?? true,
    lease:
      options.lease === undefined
        ? durable || shared
          ? 15_000
          : undefined
        : milliseconds(options.lease, 'lease'),
    clock: clock ?? systemClock,
  })
}
