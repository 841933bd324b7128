import type { Clock } from '../core/clock.ts'
import { milliseconds, type Duration } from '../core/duration.ts'
import { invalidOption } from '../core/errors.ts'
import type { FileStore } from '../core/files.ts'
import { safeLogger, type Logger } from '../core/logger.ts'
import { booleanIn, functionIn, known, tagsIn, wholeNumberIn } from '../core/options.ts'
import type { Engine } from '../engine/contract.ts'
import { systemClock } from './system-clock.ts'

export interface ManagerOptions {
  /**
   * Keeps the files of tasks: uploads, working directories, what processes print. A private temporary folder by default,
   * which is removed when the manager closes; engines that outlive the process need one that does too, such as
   * `localFiles('/var/lib/chores')` of `majordomo/files`, as soon as an animator has to do with files. Each manager, or all
   * managers of one shared engine together, need a folder of their own.
   */
  readonly files?: FileStore
  /** Where the manager tells what went wrong; nowhere by default. winston, pino and console fit. */
  readonly logger?: Logger
  /** What remembers the tasks; `memory()` by default. Each manager needs an engine of its own. */
  readonly engine?: Engine
  /**
   * How long ended tasks are kept, unless the animator or the task says otherwise; `'60s'` by default, `'7d'` on engines
   * that outlive the process.
   */
  readonly purgeDelay?: Duration
  /** The most ended tasks that are kept; beyond it those that ended first go first. No such limit by default. */
  readonly maxEnded?: number
  /**
   * A waiting task gains one step of priority each so long, so that nothing starves; strictly by priority when left out.
   */
  readonly ageing?: Duration
  /** What this worker has to offer: it takes only tasks all of whose tags are among these. Without it, any task. */
  readonly tags?: readonly string[]
  /** The most runs at once, of all operations together; 100 by default. */
  readonly concurrency?: number
  /** The most tasks that may wait; a creation beyond it is refused with `queue-full`. 1,000,000 by default. */
  readonly maxQueued?: number
  /** The largest arguments and the largest result of a task, in characters of JSON, roughly; 1,048,576 by default. */
  readonly maxJson?: number
  /** Whether unfinished tasks that would be lost with the process hold it open; true by default. */
  readonly keepAlive?: boolean
  /**
   * How long a run holds its task without a sign of life, at least 300 ms; `'10s'` on engines that serve several
   * processes: that long after the death of one, its tasks go to others. Where there is only this process a run holds
   * its task until it ends, unless this is set.
   */
  readonly lease?: Duration
  /** Called when somebody asked this worker to drain and its last run has ended: the host may close it and go. */
  readonly onDrained?: () => unknown
  /** The time; the machine's by default. */
  readonly clock?: Clock
}

/** The same, complete; durations in milliseconds. */
export interface ManagerSettings {
  readonly files: FileStore | undefined
  readonly logger: Logger
  readonly engine: Engine
  readonly purgeDelay: number
  readonly maxEnded: number | undefined
  readonly ageing: number | undefined
  readonly tags: readonly string[] | undefined
  readonly concurrency: number
  readonly maxQueued: number
  readonly maxJson: number
  readonly keepAlive: boolean
  readonly lease: number | undefined
  readonly onDrained: (() => unknown) | undefined
  readonly clock: Clock
}

const USUAL_LEASE = 10_000
/** A lease is renewed three times in its life, and given up before its end. */
const SHORTEST_LEASE = 300
const MOST_TAGS = 100

const NAMES = [
  'files',
  'logger',
  'engine',
  'purgeDelay',
  'maxEnded',
  'ageing',
  'tags',
  'concurrency',
  'maxQueued',
  'maxJson',
  'keepAlive',
  'lease',
  'onDrained',
  'clock',
]

/** @throws {MajordomoError} `invalid-option` naming the field */
export function managerSettings(options: ManagerOptions & { readonly engine: Engine }): ManagerSettings {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  known(options, NAMES, '')
  const { logger, engine, clock, files } = options
  if (typeof engine?.open !== 'function') throw invalidOption('engine', 'an engine such as memory()', engine)
  if (logger !== undefined && typeof logger?.error !== 'function')
    throw invalidOption('logger', 'an object with error, warn, info and debug', logger)
  if (files !== undefined && typeof files?.provide !== 'function')
    throw invalidOption('files', "a store such as localFiles('/var/lib/chores')", files)
  if (clock !== undefined && typeof clock?.now !== 'function')
    throw invalidOption('clock', 'an object with now and after', clock)
  const { durable, shared } = engine.traits
  return Object.freeze({
    files,
    logger: safeLogger(logger),
    engine,
    purgeDelay: milliseconds(options.purgeDelay ?? (durable ? '7d' : '60s'), 'purgeDelay'),
    maxEnded: wholeNumberIn(options.maxEnded, 'maxEnded', 0),
    ageing: atLeast(options.ageing, 'ageing', 1),
    tags: tagsIn(options.tags, 'tags', MOST_TAGS),
    concurrency: wholeNumberIn(options.concurrency, 'concurrency', 1) ?? 100,
    maxQueued: wholeNumberIn(options.maxQueued, 'maxQueued', 0) ?? 1_000_000,
    maxJson: wholeNumberIn(options.maxJson, 'maxJson', 2) ?? 1_048_576,
    keepAlive: booleanIn(options.keepAlive, 'keepAlive') ?? true,
    lease: atLeast(options.lease, 'lease', SHORTEST_LEASE) ?? (shared ? USUAL_LEASE : undefined),
    onDrained: functionIn(options.onDrained, 'onDrained'),
    clock: clock ?? systemClock,
  })
}

function atLeast(value: Duration | undefined, field: string, least: number): number | undefined {
  if (value === undefined) return undefined
  const ms = milliseconds(value, field)
  if (ms < least) throw invalidOption(field, `at least ${least} ms`, value)
  return ms
}
