import {
  ERROR_CODES,
  MajordomoError,
  messageOf,
  sentence,
  type ErrorCode,
  type Fault,
} from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { UnsatisfiableRange } from './files/range.ts'
import type { components } from '../../generated/types.ts'

/** RFC 9457. */
export type Problem = components['schemas']['Problem']

/** A problem document and the headers that go with it. */
export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/** The answer to whatever was thrown. What is not ours, nor the client's fault, is logged and told as `internal`. */
export function problemOf(
  thrown: unknown,
  { challenge, logger }: { challenge: string; logger: Logger },
): ProblemAnswer {
  const error = known(thrown)
  if (error === undefined || error.code === 'invalid-option') {
    logger.error('a request failed', { error: thrown })
    return answer(new MajordomoError('internal'), {})
  }
  if (INWARD.has(error.code)) logger.warn('a request could not be served', { error: messageOf(error) })
  return answer(error, headersOf(error, challenge))
}

/** What is said of the store names its host or file, and is for the log. */
const INWARD: ReadonlySet<ErrorCode> = new Set(['internal', 'engine-unavailable', 'storage-full'])

/** Told alike whether it is not there or may not be seen: any difference would tell. */
const SAME_WORDS: ReadonlySet<ErrorCode> = new Set([
  'task-not-found',
  'operation-not-found',
  'schedule-not-found',
  'schedule-exists',
  'worker-not-found',
])

/** When to ask again while the engine is out of reach, in seconds: it is asked for anew all the time. */
const SOON = 1

function answer(error: MajordomoError, headers: Record<string, string>): ProblemAnswer {
  const { code, faults } = error
  const { status, help } = ERROR_CODES[code]
  const body: Problem = {
    type: `urn:majordomo:problem:${code}`,
    title: help,
    status,
    code,
    detail: detailOf(error),
  }
  if (faults.length > 0) body.errors = faults.map(({ path, message }) => ({ path, message }))
  return { status, headers, body }
}

function detailOf({ code, message, faults }: MajordomoError): string {
  const { help } = ERROR_CODES[code]
  if (SAME_WORDS.has(code) || INWARD.has(code)) return help
  return message === help && faults.length > 0 ? faults.map(sentence).join('; ') : message
}

function headersOf(error: MajordomoError, challenge: string): Record<string, string> {
  const { code, retryAfter } = error
  if (error instanceof UnsatisfiableRange) return { 'content-range': `bytes */${error.size}` }
  if (code === 'unauthenticated') return { 'www-authenticate': challenge }
  if (code === 'engine-unavailable' && retryAfter === undefined) return { 'retry-after': String(SOON) }
  if (retryAfter === undefined) return {}
  return { 'retry-after': String(Math.ceil(retryAfter / 1000)) }
}

/** Ours, from whichever copy of the package, or one of body-parser that tells of a fault of the client. */
function known(thrown: unknown): MajordomoError | undefined {
  if (MajordomoError.is(thrown)) return thrown
  if (!(thrown instanceof Error)) return undefined
  const { type, expose, status, limit, message } = thrown as BodyError
  const code = BODY_ERRORS.get(type)
  if (code === 'payload-too-large')
    return new MajordomoError(code, `the body is larger than ${limit} bytes (option "bodyLimit")`)
  if (code !== undefined && code !== 'invalid-request') return new MajordomoError(code, message)
  // What does not unpack has no type of its own.
  if (code === undefined && !(expose === true && status !== undefined && status >= 400 && status < 500))
    return undefined
  return new MajordomoError('invalid-request', message, {
    faults: [{ path: '', message: `is not JSON: ${message}` }],
  })
}

/** What body-parser throws; `expose` says that its message may be told. */
interface BodyError extends Error {
  readonly type?: unknown
  readonly expose?: unknown
  readonly status?: number
  readonly limit?: number
}

/** The `type` of body-parser's errors. */
const BODY_ERRORS: ReadonlyMap<unknown, ErrorCode> = new Map([
  ['entity.parse.failed', 'invalid-request'],
  ['entity.too.large', 'payload-too-large'],
  ['encoding.unsupported', 'unsupported-media-type'],
  ['charset.unsupported', 'unsupported-media-type'],
  ['request.aborted', 'invalid-request'],
  ['request.size.invalid', 'invalid-request'],
])

/** The same error with its faults placed below `prefix`: what the manager says of arguments, as a place in the body. */
function below(prefix: string, error: unknown): unknown {
  if (!MajordomoError.is(error) || error.faults.length === 0) return error
  const faults = error.faults.map((fault): Fault => ({ ...fault, path: prefix + fault.path }))
  return new MajordomoError(error.code, faults.map(sentence).join('; '), { faults, cause: error })
}

/**
 * The same error with its faults as places in the body: the manager tells of arguments by a pointer into them, which
 * are found at `args` of the body, and of options by their dotted names.
 */
export function placedInBody(error: unknown, args: string): unknown {
  if (!MajordomoError.is(error)) return error
  if (error.code === 'invalid-arguments') return below(args, error)
  if (error.code !== 'invalid-option') return error
  const faults = error.faults.map(({ path, message }) => ({ path: `/${path.replaceAll('.', '/')}`, message }))
  return new MajordomoError('invalid-request', error.message, { faults, cause: error })
}
