import type { Animator } from '../../../core/animator.ts'
import { ANIMATOR_OPTIONS, type AnimatorOption } from '../../../core/animator-options.ts'
import { invalidOption } from '../../../core/errors.ts'
import { booleanIn, known, wholeNumberIn } from '../../../core/options.ts'
import { FAN_OUT_OPTIONS, USUAL_BODY_TOTAL, type FanOutOptions } from '../room/options.ts'

type AnimatorOptions = Pick<Animator, AnimatorOption>

/** What the animator is made with: a fan-out, how its tasks run, and what callers may ask for. */
export interface FanOutAnimatorOptions extends FanOutOptions, AnimatorOptions {
  /** Where callers may send requests; there is no default, because callers may be anybody who may create tasks. */
  readonly allow: 'any' | readonly string[]
  /** The most requests of a task; 100,000 by default, which is also how many items a task keeps unless its creator says more. */
  readonly maxItems?: number
  /** The most requests in flight that a caller may ask for; no limit by default. */
  readonly maxConcurrency?: number
  /** The most of a body that a caller may have kept, in bytes; 65,536 by default. */
  readonly maxKeepBody?: number
  /** The most of all bodies of a task that a caller may have kept, in bytes; 64 MiB by default. */
  readonly maxBodyTotal?: number
  /** Whether callers may have certificates not checked; true by default, and each such item says so. */
  readonly insecure?: boolean
}

/** What callers may ask for. */
export interface CallerLimits {
  readonly maxItems: number
  readonly maxConcurrency: number
  readonly maxKeepBody: number
  readonly maxBodyTotal: number
  readonly insecure: boolean
}

const LIMITS = ['maxItems', 'maxConcurrency', 'maxKeepBody', 'maxBodyTotal', 'insecure'] as const
const MOST_ITEMS = 1_000_000
const MOST_BODY = 524_288

/** @throws {MajordomoError} `invalid-option` naming the field */
export function callerLimits(options: FanOutAnimatorOptions): CallerLimits {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('options', 'an object with allow', options)
  known(options, [...FAN_OUT_OPTIONS, ...ANIMATOR_OPTIONS, ...LIMITS], 'fanout')
  if (options.allow === undefined)
    throw invalidOption(
      'fanout.allow',
      "a list of targets that callers may name, such as ['10.0.0.0/8', '*.bmc.example'], or 'any'",
      options.allow,
    )
  return {
    maxItems: wholeNumberIn(options.maxItems, 'fanout.maxItems', 1, MOST_ITEMS) ?? 100_000,
    maxConcurrency:
      wholeNumberIn(options.maxConcurrency, 'fanout.maxConcurrency', 1) ?? Number.MAX_SAFE_INTEGER,
    maxKeepBody: wholeNumberIn(options.maxKeepBody, 'fanout.maxKeepBody', 0, MOST_BODY) ?? 65_536,
    maxBodyTotal: wholeNumberIn(options.maxBodyTotal, 'fanout.maxBodyTotal', 0) ?? USUAL_BODY_TOTAL,
    insecure: booleanIn(options.insecure, 'fanout.insecure') ?? true,
  }
}

/** The part that the fan-out is made with. */
export function fanOutOptions(options: FanOutAnimatorOptions): FanOutOptions {
  return Object.fromEntries(
    FAN_OUT_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  )
}
