import { LONGEST, milliseconds } from '../core/duration.ts'
import { invalidOption } from '../core/errors.ts'
import type { StagedUpload } from '../core/files.ts'
import type { CreateOptions, Dependency } from '../core/manager.ts'
import { actorId } from './orders.ts'
import { booleanIn, known, stringIn, tagsIn, wholeNumberIn } from '../core/options.ts'
import { retryPolicy } from '../core/retry.ts'
import type { DraftExtras } from '../engine/contract.ts'

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
  readonly files: StagedUpload | undefined
}

const PLAIN: CreateSettings = Object.freeze({
  priority: 0,
  tags: NO_TAGS,
  retain: undefined,
  idempotencyKey: undefined,
  extras: undefined,
  files: undefined,
})

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/** The settings while they are read. */
interface Reading {
  readonly settings: Writable<CreateSettings>
  readonly options: CreateOptions
  /** Epoch milliseconds. */
  readonly now: number
}

/** How each option is read. Most creations have few of them, and pay for no others. */
const READ: { readonly [Name in keyof CreateOptions]-?: (value: CreateOptions[Name], to: Reading) => void } =
  {
    priority: (value, { settings }) => (settings.priority = wholeNumberIn(value, 'priority', -1000, 1000)!),
    tags: (value, { settings }) => (settings.tags = tagsOf(value)),
    retain: (value, { settings }) => (settings.retain = milliseconds(value, 'retain')),
    idempotencyKey: (value, { settings }) =>
      (settings.idempotencyKey = stringIn(value, 'idempotencyKey', 200)),
    subject: (value, to) => (extras(to).createdBy = actorId(value)),
    parentId: (value, to) => (extras(to).parentId = stringIn(value, 'parentId', 100)),
    name(value, to) {
      if (to.options.parentId === undefined)
        throw invalidOption('name', 'given together with parentId', value)
      extras(to).name = stringIn(value, 'name', 200)
    },
    autoStart(value, to) {
      if (booleanIn(value, 'autoStart') === false) extras(to).held = true
    },
    delay(value, to) {
      if (to.options.notBefore !== undefined)
        throw invalidOption('delay', 'left out where notBefore is given', value)
      extras(to).delay = milliseconds(value, 'delay')
    },
    notBefore: (value, to) => (extras(to).delay = delayUntil(value, to.now)),
    ttl: (value, to) => (extras(to).ttl = milliseconds(value, 'ttl')),
    after: (value, to) => (extras(to).after = dependencies(value)),
    dedupKey: (value, to) => (extras(to).dedupKey = stringIn(value, 'dedupKey', 200)),
    concurrencyKey: (value, to) => (extras(to).concurrencyKey = stringIn(value, 'concurrencyKey', 200)),
    maxItems(value, to) {
      const maxItems = wholeNumberIn(value, 'maxItems', 0, 1_000_000)!
      extras(to).maxItems = maxItems
      extras(to).limits = { ...to.settings.extras?.limits, maxItems }
    },
    timeout: (value, to) =>
      (extras(to).limits = { ...to.settings.extras?.limits, timeout: milliseconds(value, 'timeout') }),
    files(value, { settings }) {
      if (typeof (value as StagedUpload | undefined)?.give !== 'function')
        throw invalidOption('files', 'what `upload()` of the manager answered', value)
      settings.files = value as StagedUpload
    },
    retry: (value, to) => (extras(to).limits = { ...to.settings.extras?.limits, retry: retryPolicy(value) }),
  }

const NAMES: ReadonlySet<string> = new Set(Object.keys(READ))

/**
 * @param now epoch milliseconds, for `notBefore`
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function createSettings(options: CreateOptions | undefined, now: number): CreateSettings {
  if (options === undefined) return PLAIN
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  known(options, NAMES, '')
  const reading: Reading = { settings: { ...PLAIN }, options, now }
  for (const name of Object.keys(options) as (keyof CreateOptions)[]) {
    const value = options[name]
    if (value !== undefined) (READ[name] as (value: unknown, to: Reading) => void)(value, reading)
  }
  return reading.settings
}

function extras({ settings }: Reading): Writable<DraftExtras> {
  return (settings.extras ??= {})
}

function delayUntil(notBefore: CreateOptions['notBefore'], now: number): number {
  const time =
    notBefore instanceof Date
      ? notBefore.getTime()
      : typeof notBefore === 'string'
        ? Date.parse(notBefore)
        : notBefore
  if (typeof time !== 'number' || !Number.isFinite(time))
    throw invalidOption('notBefore', 'a Date, epoch milliseconds or an RFC 3339 time', notBefore)
  return Math.min(LONGEST, Math.max(0, Math.round(time) - now))
}

function tagsOf(value: unknown): readonly string[] {
  const tags = tagsIn(value, 'tags', MOST_TAGS)
  return tags === undefined || tags.length === 0 ? NO_TAGS : tags
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
