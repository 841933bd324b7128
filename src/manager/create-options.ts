import { milliseconds } from '../core/duration.ts'
import { invalidOption } from '../core/errors.ts'
import type { CreateOptions, Dependency } from '../core/manager.ts'
import { subjectId } from '../core/manager.ts'
import { booleanIn, known, stringIn, wholeNumberIn } from '../core/options.ts'
import { retryPolicy } from '../core/retry.ts'
import type { DraftExtras, RunLimits } from '../engine/contract.ts'

const NAMES = new Set([
  'priority',
  'tags',
  'notBefore',
  'delay',
  'after',
  'autoStart',
  'ttl',
  'timeout',
  'retry',
  'retain',
  'dedupKey',
  'concurrencyKey',
  'idempotencyKey',
  'parentId',
  'name',
  'maxItems',
  'subject',
])

const MOST_TAGS = 20
const MOST_DEPENDENCIES = 100
const NO_TAGS: readonly string[] = Object.freeze([])

/** What the options of a creation say, complete; durations in milliseconds. */
export interface CreateSettings {
  readonly priority: number
  readonly tags: readonly string[]
  readonly retain: number | undefined
  readonly idempotencyKey: string | undefined
  readonly extras: DraftExtras | undefined
}

const PLAIN: CreateSettings = Object.freeze({
  priority: 0,
  tags: NO_TAGS,
  retain: undefined,
  idempotencyKey: undefined,
  extras: undefined,
})

/**
 * @param now epoch milliseconds, for `notBefore`
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function createSettings(options: CreateOptions | undefined, now: number): CreateSettings {
  if (options === undefined) return PLAIN
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  known(options, NAMES, '')
  if (options.name !== undefined && options.parentId === undefined)
    throw invalidOption('name', 'given together with parentId', options.name)
  const extras: DraftExtras = {
    createdBy: subjectId(options.subject),
    parentId: stringIn(options.parentId, 'parentId', 100),
    name: stringIn(options.name, 'name', 200),
    held: booleanIn(options.autoStart, 'autoStart') === false || undefined,
    delay: delayOf(options, now),
    ttl: options.ttl === undefined ? undefined : milliseconds(options.ttl, 'ttl'),
    after: dependencies(options.after),
    dedupKey: stringIn(options.dedupKey, 'dedupKey', 200),
    concurrencyKey: stringIn(options.concurrencyKey, 'concurrencyKey', 200),
    limits: limitsOf(options),
    maxItems: wholeNumberIn(options.maxItems, 'maxItems', 0, 1_000_000),
  }
  return {
    priority: wholeNumberIn(options.priority, 'priority', -1000, 1000) ?? 0,
    tags: tagsOf(options.tags),
    retain: options.retain === undefined ? undefined : milliseconds(options.retain, 'retain'),
    idempotencyKey: stringIn(options.idempotencyKey, 'idempotencyKey', 200),
    extras: isEmpty(extras) ? undefined : extras,
  }
}

function isEmpty(extras: DraftExtras): boolean {
  for (const name in extras) if (extras[name as keyof DraftExtras] !== undefined) return false
  return true
}

function limitsOf({ timeout, retry }: CreateOptions): RunLimits | undefined {
  if (timeout === undefined && retry === undefined) return undefined
  return {
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout, 'timeout') }),
    ...(retry === undefined ? {} : { retry: retryPolicy(retry) }),
  }
}

function delayOf({ notBefore, delay }: CreateOptions, now: number): number | undefined {
  if (delay !== undefined && notBefore !== undefined)
    throw invalidOption('delay', 'left out where notBefore is given', delay)
  if (delay !== undefined) return milliseconds(delay, 'delay')
  if (notBefore === undefined) return undefined
  const time =
    notBefore instanceof Date
      ? notBefore.getTime()
      : typeof notBefore === 'string'
        ? Date.parse(notBefore)
        : notBefore
  if (typeof time !== 'number' || !Number.isFinite(time))
    throw invalidOption('notBefore', 'a Date, epoch milliseconds or an RFC 3339 time', notBefore)
  return Math.max(0, time - now)
}

function tagsOf(tags: unknown): readonly string[] {
  if (tags === undefined) return NO_TAGS
  const fits =
    Array.isArray(tags) &&
    tags.length <= MOST_TAGS &&
    tags.every((tag) => typeof tag === 'string' && tag.length > 0 && tag.length <= 100)
  if (!fits)
    throw invalidOption('tags', `an array of at most ${MOST_TAGS} strings of 1 to 100 characters`, tags)
  return tags.length === 0 ? NO_TAGS : Object.freeze([...new Set<string>(tags)])
}

function dependencies(after: CreateOptions['after']): readonly Required<Dependency>[] | undefined {
  if (after === undefined) return undefined
  if (!Array.isArray(after) || after.length > MOST_DEPENDENCIES)
    throw invalidOption('after', `an array of at most ${MOST_DEPENDENCIES} task ids`, after)
  const list = after.map((one: string | Dependency, i) => dependency(one, `after/${i}`))
  return list.length === 0 ? undefined : list
}

function dependency(one: string | Dependency, field: string): Required<Dependency> {
  const { id, on = 'success' } = typeof one === 'object' && one !== null ? one : { id: one }
  if (typeof id !== 'string') throw invalidOption(field, 'a task id, or { id, on }', one)
  if (on !== 'success' && on !== 'end') throw invalidOption(`${field}.on`, '"success" or "end"', on)
  return { id, on }
}
