import { safely } from './safely.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** The few methods of a logger that Majordomo calls, as winston and console have them. (pino takes the fields first.) */
export interface Logger {
  error(message: string, fields?: Record<string, unknown>): unknown
  warn(message: string, fields?: Record<string, unknown>): unknown
  info(message: string, fields?: Record<string, unknown>): unknown
  debug(message: string, fields?: Record<string, unknown>): unknown
}

/** The same logger, except that it never throws into its caller. */
export function safeLogger(logger: Logger | undefined): Logger {
  // A logger that is broken must not break the work; there is nowhere left to tell of it.
  const safe = (level: LogLevel) => (message: string, fields?: Record<string, unknown>) =>
    safely(
      // console would print what is not there.
      () => (fields === undefined ? logger?.[level](message) : logger?.[level](message, fields)),
      () => {},
    )
  return { error: safe('error'), warn: safe('warn'), info: safe('info'), debug: safe('debug') }
}
