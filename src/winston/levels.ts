import type { LogLevel } from '../core/logger.ts'

/** The names that npm, syslog and cli levels use in winston. */
const NAMES: Readonly<Record<string, LogLevel>> = {
  emerg: 'error',
  alert: 'error',
  crit: 'error',
  fatal: 'error',
  error: 'error',
  warn: 'warn',
  warning: 'warn',
  notice: 'info',
  info: 'info',
  help: 'info',
  data: 'info',
  http: 'debug',
  verbose: 'debug',
  debug: 'debug',
  trace: 'debug',
  prompt: 'debug',
  input: 'debug',
  silly: 'debug',
}

/**
 * The task's log level for a winston level: what `own` says, else what its name means, else, for a name of the host's,
 * the rank of the nearest known name that is no more severe: between `error` and `warn`, that is `warn`.
 *
 * @param ranks the logger's levels, most severe 0
 */
export function logLevel(
  level: string,
  ranks: Readonly<Record<string, number>>,
  own: Readonly<Record<string, LogLevel>>,
): LogLevel {
  return named(level, own) ?? named(level, NAMES) ?? byRank(level, ranks, own) ?? 'info'
}

function named(level: string, names: Readonly<Record<string, LogLevel>>): LogLevel | undefined {
  return Object.hasOwn(names, level) ? names[level] : undefined
}

function byRank(
  level: string,
  ranks: Readonly<Record<string, number>>,
  own: Readonly<Record<string, LogLevel>>,
): LogLevel | undefined {
  const rank = ranks[level]
  if (rank === undefined) return undefined
  const known = Object.keys(ranks).filter(
    (name) => named(name, own) !== undefined || named(name, NAMES) !== undefined,
  )
  const after = known.filter((name) => ranks[name]! >= rank).toSorted((a, b) => ranks[a]! - ranks[b]!)[0]
  if (after === undefined) return known.length > 0 ? 'debug' : undefined
  return named(after, own) ?? named(after, NAMES)
}
