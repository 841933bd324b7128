import { MajordomoError, invalidOption } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { CreateOptions, Schedule, ScheduleOptions } from '../core/manager.ts'
import { booleanIn, known } from '../core/options.ts'
import { redacted } from '../core/redact.ts'
import { Calendar } from '../schedule/calendar.ts'
import type { Draft, StoredSchedule } from '../engine/contract.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/
const MISSED: readonly Schedule['missed'][] = ['once', 'skip', 'all']
const OVERLAP: readonly Schedule['overlap'][] = ['skip', 'queue', 'replace', 'allow']
const FOR_TASKS = [
  'priority',
  'tags',
  'ttl',
  'timeout',
  'retry',
  'retain',
  'concurrencyKey',
  'maxItems',
] as const
const NAMES = ['operation', 'args', 'cron', 'timeZone', 'missed', 'overlap', 'paused', ...FOR_TASKS]

/** What a schedule is stored as: the calendar's side of it, and a draft for its tasks. */
export interface ScheduleSpec {
  readonly operation: string
  readonly cron: string
  readonly timeZone: string
  readonly missed: Schedule['missed']
  readonly overlap: Schedule['overlap']
  readonly paused: boolean
  readonly options: Schedule['options']
  readonly template: Omit<Draft, 'id'>
}

/** The same before its tasks' draft has been made. */
export type ScheduleSettings = Omit<ScheduleSpec, 'template'>

/** @throws {MajordomoError} `invalid-option` naming the field */
export function scheduleName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name
  throw invalidOption(
    'name',
    'a name of 1 to 100 letters, digits, "_", ".", ":" or "-", such as nightly-purge',
    name,
  )
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function scheduleSettings(
  schedule: ScheduleOptions,
): ScheduleSettings & { readonly calendar: Calendar } {
  if (typeof schedule !== 'object' || schedule === null)
    throw invalidOption('schedule', 'an object such as { operation, cron }', schedule)
  known(schedule, NAMES, '')
  const { operation, cron, timeZone = 'UTC', missed = 'once', overlap = 'skip' } = schedule
  if (typeof operation !== 'string') throw invalidOption('operation', 'the name of an operation', operation)
  if (!MISSED.includes(missed)) throw invalidOption('missed', `one of ${MISSED.join(', ')}`, missed)
  if (!OVERLAP.includes(overlap)) throw invalidOption('overlap', `one of ${OVERLAP.join(', ')}`, overlap)
  const given = FOR_TASKS.filter((name) => schedule[name] !== undefined)
  return {
    operation,
    cron,
    timeZone,
    missed,
    overlap,
    paused: booleanIn(schedule.paused, 'paused') ?? false,
    options: Object.fromEntries(given.map((name) => [name, schedule[name]])),
    calendar: new Calendar(cron, timeZone),
  }
}

/** What its tasks are created with. Those of a schedule that lets them queue, or replaces them, run one after the other. */
export function taskOptions(name: string, { options, overlap }: ScheduleSettings): CreateOptions {
  const oneByOne = overlap === 'queue' || overlap === 'replace'
  return oneByOne && options.concurrencyKey === undefined
    ? { ...options, concurrencyKey: `schedule ${name}` }
    : options
}

/**
 * The spec of a stored schedule; only this file makes and reads them.
 * @throws {MajordomoError} `internal` for what another version of the package stored, where this one cannot read it
 */
export function specOf(stored: StoredSchedule): ScheduleSpec {
  if (isReadable(stored)) return stored.spec
  throw new MajordomoError(
    'internal',
    `schedule ${stored.name} was stored by another version of majordomo, which this one cannot read`,
  )
}

/** Whether {@link specOf} has all that makes tasks of it. */
export function isReadable(
  stored: StoredSchedule,
): stored is StoredSchedule & { readonly spec: Json & ScheduleSpec } {
  const { cron, timeZone, template } = (stored.spec ?? {}) as Partial<Record<string, unknown>>
  if (typeof cron !== 'string' || typeof timeZone !== 'string') return false
  return typeof template === 'object' && template !== null && 'operation' in template && 'args' in template
}

export function shownSchedule(stored: StoredSchedule): Schedule {
  const { template, ...spec } = specOf(stored)
  const { secrets, createdBy } = template.extras ?? {}
  const { next, last, lastTask } = stored
  return Object.freeze({
    name: stored.name,
    ...spec,
    args: secrets === undefined ? template.args : redacted(template.args, secrets),
    version: stored.version,
    fired: stored.fired,
    skipped: stored.skipped,
    createdAt: stored.createdAt,
    modifiedAt: stored.modifiedAt,
    ...(next === undefined ? {} : { nextAt: next }),
    ...(last === undefined ? {} : { lastAt: last }),
    ...(lastTask === undefined ? {} : { lastTaskId: lastTask }),
    ...(createdBy === undefined ? {} : { createdBy }),
  })
}

/** The spec as an engine takes it; an engine does not look inside. */
export function asJson(spec: ScheduleSpec): Json {
  return JSON.parse(JSON.stringify(spec)) as Json
}
