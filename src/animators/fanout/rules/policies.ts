import { milliseconds, type Duration } from '../../../core/duration.ts'
import { invalidOption } from '../../../core/errors.ts'
import { known, wholeNumberIn } from '../../../core/options.ts'
import type { Policy } from '../prepared.ts'
import type { FanOutRequest, Keep, RequestRetry, Timeouts } from '../request.ts'
import { headerNamesIn } from './headers.ts'
import { requestRetryIn, requestRetryPolicy } from './retry.ts'
import { Statuses, statusesIn } from './statuses.ts'

/** The longest timeout: what a timer of Node can still count. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1
const TIMEOUTS = ['total', 'connect', 'tls', 'headers', 'body'] as const
const KEEP = ['body', 'headers'] as const
const MOST_REDIRECTS = 100
const USUAL_KEPT = 4_096
const SUCCESS = new Statuses(['2xx'])
const SUCCESS_OR_REDIRECT = new Statuses(['2xx', '3xx'])

/** The fields of a request that make its policy. */
export type PolicyFields = Pick<
  Partial<FanOutRequest>,
  'timeout' | 'retry' | 'redirects' | 'success' | 'keep'
>

/** The same in their long forms, so that they can be laid over each other field by field. */
interface Parts {
  readonly timeout: Timeouts
  readonly retry: RequestRetry
  readonly keep: Keep
  readonly redirects: unknown
  readonly success: unknown
}

/** The policies of one list: those of the source with what single requests change in it, equal ones as one object. */
export class Policies {
  readonly #source: Parts
  /** By what a request changes: texts are compared sooner than policies are made. */
  readonly #byChange = new Map<string, Policy>()
  readonly #byContent = new Map<string, Policy>()
  /** For requests that change nothing. */
  readonly usual: Policy

  /** @throws {MajordomoError} `invalid-option` naming the field */
  constructor(source: PolicyFields, field: string) {
    this.#source = partsOf(source, field)
    this.usual = this.#interned(policyOf(this.#source, field))
  }

  /** @throws {MajordomoError} `invalid-option` naming the field */
  of({ timeout, retry, redirects, success, keep }: PolicyFields, field: string): Policy {
    const change = JSON.stringify([timeout, retry, redirects, success, keep])
    const there = this.#byChange.get(change)
    if (there !== undefined) return there
    const parts = partsOf({ timeout, retry, redirects, success, keep } as PolicyFields, field)
    const policy = this.#interned(policyOf(merged(this.#source, parts), field))
    this.#byChange.set(change, policy)
    return policy
  }

  #interned(policy: Policy): Policy {
    // JSON has no Infinity.
    const key = JSON.stringify({ ...policy, success: policy.success.key }, (_, value: unknown) =>
      value === Number.POSITIVE_INFINITY ? 'none' : value,
    )
    const there = this.#byContent.get(key)
    if (there !== undefined) return there
    this.#byContent.set(key, policy)
    return policy
  }
}

function partsOf({ timeout, retry, redirects, success, keep }: PolicyFields, field: string): Parts {
  return {
    timeout: timeoutsIn(timeout, `${field}.timeout`),
    retry: requestRetryIn(retry, `${field}.retry`),
    keep: keepIn(keep, `${field}.keep`),
    redirects,
    success,
  }
}

function timeoutsIn(value: unknown, field: string): Timeouts {
  if (value === undefined) return {}
  if (typeof value === 'number' || typeof value === 'string') return { total: value }
  if (typeof value !== 'object' || value === null)
    throw invalidOption(field, "a duration, or an object such as { total: '30s' }", value)
  known(value, TIMEOUTS, field)
  return value
}

function keepIn(value: unknown, field: string): Keep {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null)
    throw invalidOption(field, 'an object such as { body: 4096 }', value)
  known(value, KEEP, field)
  return value
}

function merged(under: Parts, over: Parts): Parts {
  return {
    timeout: laidOver(under.timeout, over.timeout),
    retry: laidOver(under.retry, over.retry),
    keep: laidOver(under.keep, over.keep),
    redirects: over.redirects ?? under.redirects,
    success: over.success ?? under.success,
  }
}

/** What is defined in `over` goes before. */
export function laidOver<T extends object>(under: T, over: T): T {
  const defined = Object.entries(over).filter(([, value]) => value !== undefined)
  return { ...under, ...Object.fromEntries(defined) }
}

function policyOf({ timeout, retry, keep, redirects: most, success }: Parts, field: string): Policy {
  const redirects = wholeNumberIn(most, `${field}.redirects`, 0, MOST_REDIRECTS) ?? 10
  const usualSuccess = redirects === 0 ? SUCCESS_OR_REDIRECT : SUCCESS
  return Object.freeze({
    total: timeoutIn(timeout.total ?? '30s', `${field}.timeout.total`),
    connect: timeoutIn(timeout.connect ?? '10s', `${field}.timeout.connect`),
    tls: timeoutIn(timeout.tls ?? '10s', `${field}.timeout.tls`),
    headers: timeoutIn(timeout.headers, `${field}.timeout.headers`),
    body: timeoutIn(timeout.body, `${field}.timeout.body`),
    retry: requestRetryPolicy(retry, `${field}.retry`),
    redirects,
    success: success === undefined ? usualSuccess : statusesIn(success, `${field}.success`),
    keepBody: wholeNumberIn(keep.body, `${field}.keep.body`, 0) ?? USUAL_KEPT,
    keepHeaders: keep.headers === undefined ? NONE : headerNamesIn(keep.headers, `${field}.keep.headers`),
  })
}

const NONE: readonly string[] = Object.freeze<string[]>([])

function timeoutIn(value: Duration | undefined, field: string): number {
  if (value === undefined) return Number.POSITIVE_INFINITY
  const ms = milliseconds(value, field)
  if (ms >= 1 && ms <= LONGEST_TIMEOUT) return ms
  throw invalidOption(field, 'a duration from 1 ms to 24 days', value)
}
