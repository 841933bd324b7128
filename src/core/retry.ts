import { milliseconds, readable, type Duration } from './duration.ts'
import { invalidOption } from './errors.ts'
import { booleanIn, known, numberIn, wholeNumberIn } from './options.ts'

/** When a run that failed is tried again. */
export interface RetryOptions {
  /** The most retries after the first try; 0 by default. */
  readonly limit?: number
  /** The wait before the first retry; `'1s'` by default. */
  readonly backoff?: Duration
  /** What the wait is multiplied by each time; 2 by default. */
  readonly factor?: number
  /** The longest wait, at least `backoff`; `'5m'`, or `backoff` where that is longer, by default. */
  readonly maxBackoff?: Duration
  /** The share of each wait that is drawn by lot, 0 to 1, so that a crowd does not come back at once; 0.5 by default. */
  readonly jitter?: number
  /** Whether a timeout is tried again; true by default. */
  readonly onTimeout?: boolean
}

/** The same, complete; durations in milliseconds. */
export interface RetryPolicy {
  readonly limit: number
  readonly backoff: number
  readonly factor: number
  readonly maxBackoff: number
  readonly jitter: number
  readonly onTimeout: boolean
}

const USUAL_LONGEST = 5 * 60_000

const NAMES = ['limit', 'backoff', 'factor', 'maxBackoff', 'jitter', 'onTimeout'] as const

/** The policy that the options mean. @throws {MajordomoError} `invalid-option` naming the field */
export function retryPolicy(options: RetryOptions = {}, field = 'retry'): RetryPolicy {
  if (typeof options !== 'object' || options === null)
    throw invalidOption(field, 'an object such as { limit: 3 }', options)
  known(options, NAMES, field)
  const backoff = milliseconds(options.backoff ?? '1s', `${field}.backoff`)
  const maxBackoff = milliseconds(
    options.maxBackoff ?? Math.max(USUAL_LONGEST, backoff),
    `${field}.maxBackoff`,
  )
  if (maxBackoff < backoff)
    throw invalidOption(
      `${field}.maxBackoff`,
      `at least ${field}.backoff (${readable(backoff)})`,
      options.maxBackoff,
    )
  return Object.freeze({
    limit: wholeNumberIn(options.limit, `${field}.limit`, 0) ?? 0,
    backoff,
    factor: numberIn(options.factor, `${field}.factor`, 1, 100) ?? 2,
    maxBackoff,
    jitter: numberIn(options.jitter, `${field}.jitter`, 0, 1) ?? 0.5,
    onTimeout: booleanIn(options.onTimeout, `${field}.onTimeout`) ?? true,
  })
}

/**
 * How long to wait before the next try, in milliseconds; undefined when `attempt` was the last.
 * The wait is `backoff * factor^(attempt-1)` cut at `maxBackoff`, of which the share `jitter` is drawn by lot.
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  random: () => number = Math.random,
): number | undefined {
  if (attempt > policy.limit) return undefined
  const full = Math.min(policy.maxBackoff, policy.backoff * policy.factor ** (attempt - 1))
  return Math.round(full * (1 - policy.jitter * random()))
}
