import { LONGEST, milliseconds } from '../../../core/duration.ts'
import { invalidOption } from '../../../core/errors.ts'
import { known } from '../../../core/options.ts'
import { retryDelay, retryPolicy, type RetryPolicy } from '../../../core/retry.ts'
import type { RequestRetry } from '../request.ts'
import { httpDate } from './http-date.ts'

const NAMES = ['limit', 'backoff', 'factor', 'maxBackoff', 'jitter'] as const
const USUAL_LIMIT = 3
const USUAL_LONGEST = 5_000

/** A number is the limit. @throws {MajordomoError} `invalid-option` naming the field */
export function requestRetryIn(value: unknown, field: string): RequestRetry {
  if (value === undefined) return {}
  if (typeof value === 'number') return { limit: value }
  if (typeof value !== 'object' || value === null)
    throw invalidOption(field, 'a number of retries, or an object such as { limit: 3 }', value)
  known(value, NAMES, field)
  return value
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function requestRetryPolicy(retry: RequestRetry, field: string): RetryPolicy {
  const backoff = milliseconds(retry.backoff ?? '1s', `${field}.backoff`)
  return retryPolicy(
    {
      ...retry,
      limit: retry.limit ?? USUAL_LIMIT,
      backoff,
      maxBackoff: retry.maxBackoff ?? Math.max(USUAL_LONGEST, backoff),
      onTimeout: false,
    },
    field,
  )
}

/** Too Many Requests, and errors of the server that may pass; Not Implemented will not. */
export function retriableStatus(status: number): boolean {
  return status === 429 || (status >= 500 && status <= 599 && status !== 501)
}

/**
 * What a Retry-After (RFC 9110, section 10.2.3) asks for, in milliseconds from `now` (epoch milliseconds); undefined
 * where it is neither seconds nor a date.
 */
export function retryAfter(header: string | readonly string[] | undefined, now: number): number | undefined {
  const text = (typeof header === 'object' ? header[0] : header)?.trim()
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST)
  const date = httpDate(text, now)
  return date === undefined ? undefined : Math.max(0, date - now)
}

/**
 * How long to wait before the next try, in milliseconds: the policy's wait, or what the server asks for where that is
 * longer. Undefined when `attempt` was the last.
 */
export function waitBefore(
  policy: RetryPolicy,
  attempt: number,
  asked?: number,
  random?: () => number,
): number | undefined {
  const wait = retryDelay(policy, attempt, random)
  return wait === undefined || asked === undefined ? wait : Math.max(wait, asked)
}
