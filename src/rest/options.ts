import { milliseconds, type Duration } from '../core/duration.ts'
import { invalidOption } from '../core/errors.ts'
import type { UploadLimits } from '../core/files.ts'
import { safeLogger, type Logger } from '../core/logger.ts'
import type { Subject } from '../core/manager.ts'
import { booleanIn, known, stringIn, wholeNumberIn } from '../core/options.ts'
import { gate, type Access, type Gate } from './access.ts'

/** How {@link housekeepingRouter} behaves. */
export interface RouterOptions<S extends Subject = Subject> {
  /** Who may do what; `'open'` lets everybody who can reach the router do everything. Required. */
  readonly access: Access<S>
  /** The `WWW-Authenticate` of a 401: a scheme with its parameters. `'Bearer'` by default. */
  readonly challenge?: string
  /** Origins of other sites whose pages may change tasks, such as `'https://ops.example.com'`. None by default. */
  readonly origins?: readonly string[]
  /** The largest body of a request, or the field `task` of a form, in bytes; 1 MiB by default. */
  readonly bodyLimit?: number
  /** How much may be brought along with a new task, in bytes; 100 files of 100 MiB, 1 GiB in all, by default. `false`: no files. */
  readonly uploads?: UploadOptions | false
  /** How often an open stream is told that it still lives, and its rights are looked at again; `'15s'` by default. */
  readonly heartbeat?: Duration
  readonly events?: EventOptions
  /** Where unexpected errors are told; the manager's own by default. */
  readonly logger?: Logger
  /** Checks each answer against the API document, for tests: one that does not fit becomes a 500. False by default. */
  readonly validateResponses?: boolean
}

/** Limits of the files of one creation. */
export interface UploadOptions {
  /** How many; 100 by default, 10,000 at most. */
  readonly files?: number
  /** Bytes of one file; 100 MiB by default. */
  readonly fileSize?: number
  /** Bytes of all of them; 1 GiB by default. */
  readonly totalSize?: number
}

/** Limits of `GET /events`. */
export interface EventOptions {
  /** Changes are collected so long before they are sent; `'100ms'` by default. */
  readonly batch?: Duration
  /** How many changes are kept for readers that come back with Last-Event-ID; 10,000 by default. */
  readonly replay?: number
  /** A reader that has not taken so many bytes when the next changes come is dropped; 1 MiB by default. */
  readonly lag?: number
  /** How long changes are still kept for after the last reader left; `'30s'` by default. */
  readonly linger?: Duration
}

/** The options with every default in, frozen. */
export interface Settings {
  readonly gate: Gate
  readonly challenge: string
  readonly origins: ReadonlySet<string>
  readonly bodyLimit: number
  readonly uploads: UploadLimits | false
  /** ms */
  readonly heartbeat: number
  /** Times in ms. */
  readonly events: {
    readonly batch: number
    readonly replay: number
    readonly lag: number
    readonly linger: number
  }
  readonly logger: Logger
  readonly validateResponses: boolean
}

const NAMES = [
  'access',
  'challenge',
  'origins',
  'bodyLimit',
  'uploads',
  'heartbeat',
  'events',
  'logger',
  'validateResponses',
] as const
const EVENT_NAMES = ['batch', 'replay', 'lag', 'linger'] as const
const UPLOAD_NAMES = ['files', 'fileSize', 'totalSize'] as const
const MiB = 2 ** 20
/** A day: a beat that is rarer serves nobody, and timers cannot wait much longer. */
const RAREST = 86_400_000

/**
 * @param logger of the manager
 * @throws {MajordomoError} `invalid-option` for whatever does not fit, above all a missing `access`
 */
export function settings<S extends Subject>(options: RouterOptions<S>, logger: Logger): Settings {
  const given: Partial<RouterOptions<S>> = options ?? {}
  known(given, NAMES, '')
  if (given.access === undefined)
    throw invalidOption('access', "given: the rules of who may do what, or 'open' for everybody", undefined)
  return Object.freeze({
    gate: gate(given.access),
    challenge: stringIn(given.challenge, 'challenge', 1000) ?? 'Bearer',
    origins: originsIn(given.origins),
    bodyLimit: wholeNumberIn(given.bodyLimit, 'bodyLimit', 1) ?? MiB,
    uploads: given.uploads === false ? false : uploadSettings(given.uploads),
    heartbeat: durationIn(given.heartbeat ?? '15s', 'heartbeat', 10),
    events: eventSettings(given.events ?? {}),
    logger: safeLogger(given.logger ?? logger),
    validateResponses: booleanIn(given.validateResponses, 'validateResponses') ?? false,
  })
}

function eventSettings(events: EventOptions): Settings['events'] {
  known(events, EVENT_NAMES, 'events')
  return Object.freeze({
    batch: durationIn(events.batch ?? '100ms', 'events.batch', 0),
    replay: wholeNumberIn(events.replay, 'events.replay', 0, 1_000_000) ?? 10_000,
    lag: wholeNumberIn(events.lag, 'events.lag', 0) ?? MiB,
    linger: durationIn(events.linger ?? '30s', 'events.linger', 0),
  })
}

function uploadSettings(uploads: UploadOptions = {}): UploadLimits {
  if (typeof uploads !== 'object' || uploads === null)
    throw invalidOption('uploads', 'limits of files, or false', uploads)
  known(uploads, UPLOAD_NAMES, 'uploads')
  return Object.freeze({
    files: wholeNumberIn(uploads.files, 'uploads.files', 1, 10_000) ?? 100,
    fileSize: wholeNumberIn(uploads.fileSize, 'uploads.fileSize', 1) ?? 100 * MiB,
    totalSize: wholeNumberIn(uploads.totalSize, 'uploads.totalSize', 1) ?? 1024 * MiB,
  })
}

function durationIn(value: unknown, field: string, least: number): number {
  const ms = milliseconds(value, field)
  if (ms < least || ms > RAREST) throw invalidOption(field, `a duration from ${least}ms to 24h`, value)
  return ms
}

function originsIn(origins: unknown): ReadonlySet<string> {
  if (origins === undefined) return new Set()
  if (!Array.isArray(origins)) throw invalidOption('origins', 'a list of origins', origins)
  return new Set(origins.map((origin: unknown, i) => originIn(origin, `origins[${i}]`)))
}

function originIn(origin: unknown, field: string): string {
  if (typeof origin === 'string' && URL.canParse(origin) && new URL(origin).origin === origin) return origin
  throw invalidOption(field, "an origin such as 'https://ops.example.com', without a path", origin)
}
