import { AsyncResource } from 'node:async_hooks'
import Transport from 'winston-transport'
import type { LogLevel } from '../core/logger.ts'
import { logLevel } from './levels.ts'
import { lineOf } from './line.ts'
import { markRuns, runOf } from './run-of.ts'

export interface TaskLogTransportOptions extends Transport.TransportStreamOptions {
  /** What levels of the host's own mean, for example `{ audit: 'warn' }`; names of npm, syslog and cli are known. */
  readonly levels?: Readonly<Record<string, LogLevel>>
}

/** triple-beam's `LEVEL`: the level's name without colours. */
const LEVEL = Symbol.for('level')

/**
 * A winston transport that puts what the host logs inside a run into that task's `log` output, without anything being
 * passed along. Lines outside a run are ignored. It never throws, and never holds the logger up. Lines that winston still
 * holds back, behind a slow transport, when the run ends are too late for the task.
 *
 * ```ts
 * const logger = winston.createLogger({ transports: [new winston.transports.Console(), new TaskLogTransport()] })
 * const manager = new Manager({ logger })
 * ```
 */
export class TaskLogTransport extends Transport {
  readonly #own: Readonly<Record<string, LogLevel>>
  #ranks: Readonly<Record<string, number>> = {}
  /** Outside every run: what the manager logs while it takes a line must not come back here as another one. */
  readonly #outside = new AsyncResource('TaskLogTransport')

  constructor(options: TaskLogTransportOptions = {}) {
    const { levels = {}, ...rest } = options
    super(rest)
    this.#own = { ...levels }
    this.on('pipe', (logger: unknown) => {
      if (!isLogger(logger)) return
      this.#ranks = logger.levels
      markRuns(logger)
    })
  }

  override log(info: object, next: () => void): void {
    this.#handOver(info)
    next()
  }

  #handOver(info: object): void {
    try {
      const run = runOf(info)
      if (run === undefined) return
      const { message, fields } = lineOf(info)
      const level = logLevel(
        String(Reflect.get(info, LEVEL) ?? Reflect.get(info, 'level')),
        this.#ranks,
        this.#own,
      )
      this.#outside.runInAsyncScope(() => run.log(level, message, fields))
    } catch {
      // A line that cannot be kept must not break the work that logs it; the other transports have it.
    }
  }
}

function isLogger(
  value: unknown,
): value is { levels: Record<string, number>; write(info: unknown): boolean } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'levels' in value &&
    'write' in value &&
    typeof value.write === 'function'
  )
}
