/**
 * Every error that Majordomo tells, in one table: its HTTP status and a sentence of help.
 * Problem documents (RFC 9457), the thrown errors and `docs/errors.md` all come from it.
 */
export const ERROR_CODES = {
  'invalid-option': { status: 400, help: 'An option given to the library is not of the form that it takes.' },
  'invalid-arguments': {
    status: 400,
    help: "The task's arguments do not fit the operation; each fault is listed.",
  },
  'invalid-request': {
    status: 400,
    help: 'The request does not fit the API document; each fault is listed.',
  },
  'invalid-cursor': {
    status: 400,
    help: 'The cursor was not made by this list with this sort; start again without it.',
  },
  unauthenticated: {
    status: 401,
    help: 'Nobody is signed in; send the credentials that the service asks for.',
  },
  forbidden: { status: 403, help: 'You may not do this; ask whoever runs the service for the right.' },
  'invalid-token': {
    status: 403,
    help: 'The token is not that of a run of this task that goes on in this process.',
  },
  'cross-site': {
    status: 403,
    help: 'A page of another site may not change tasks; the host can list its origin in `origins`.',
  },
  'task-not-found': { status: 404, help: 'There is no such task, it was purged, or you may not see it.' },
  'file-not-found': {
    status: 404,
    help: 'The task has no such file, or it is not a regular one; GET /tasks/{id}/files lists them.',
  },
  'operation-not-found': { status: 404, help: 'No such operation is registered, or you may not see it.' },
  'schedule-not-found': { status: 404, help: 'There is no such schedule, or you may not see it.' },
  'worker-not-found': {
    status: 404,
    help: 'There is no such worker alive; GET /workers lists those that are.',
  },
  'route-not-found': { status: 404, help: 'The API has no such path; see openapi.json.' },
  'method-not-allowed': {
    status: 405,
    help: 'The path does not take this method; the Allow header lists those that it takes.',
  },
  'not-acceptable': { status: 406, help: 'None of the media types in Accept can be made for this answer.' },
  'unsupported-operation': {
    status: 409,
    help: 'No animator is registered for this operation; GET /operations lists those that are.',
  },
  'files-elsewhere': {
    status: 409,
    help: 'The files of tasks, and what their processes print, stay where a task runs, and this process is not the one; ask that one, or share the folder.',
  },
  'duplicate-task': {
    status: 409,
    help: 'An unfinished task has the same dedupKey, and you may not see it.',
  },
  'task-ended': {
    status: 409,
    help: 'The task has ended, and nothing leaves an ended state; re-run it instead.',
  },
  'task-unfinished': {
    status: 409,
    help: 'The task has not ended; cancel it first, or delete it with force.',
  },
  'wrong-state': { status: 409, help: 'The task cannot go from its state to the one asked for.' },
  'schedule-exists': {
    status: 409,
    help: 'There is a schedule of that name already; it may be one that you may not see.',
  },
  'version-mismatch': {
    status: 412,
    help: 'The task or schedule has changed since you read it; fetch it again.',
  },
  'payload-too-large': { status: 413, help: 'The body is larger than the service takes.' },
  'unsupported-media-type': {
    status: 415,
    help: 'The body must be application/json, or multipart/form-data where files come along with a new task.',
  },
  'unsatisfiable-range': {
    status: 416,
    help: 'The Range lies behind the end of the file; Content-Range tells how long it is.',
  },
  'unknown-reference': {
    status: 422,
    help: 'The task refers to another one that does not exist, or that you may not see.',
  },
  'idempotency-mismatch': {
    status: 422,
    help: 'The Idempotency-Key was used with another body; use a new key.',
  },
  'queue-full': {
    status: 429,
    help: 'Too many tasks wait already; try again after the time in Retry-After.',
  },
  'lease-lost': {
    status: 409,
    help: 'The run no longer holds its task: it ended, or another worker has it.',
  },
  internal: { status: 500, help: 'The service failed; its log tells more.' },
  'engine-unavailable': {
    status: 503,
    help: 'The store of tasks is out of reach; nothing may have been changed. Try again later.',
  },
  'storage-full': { status: 507, help: 'The store of tasks has no room left; nothing was changed.' },
  'manager-closed': { status: 503, help: 'The manager is closing or closed; it takes no more work.' },
} as const satisfies Record<string, { status: number; help: string }>

/** A key of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES

/** One fault of an input: where it is, as a JSON Pointer (RFC 6901), and what is wrong there. */
export interface Fault {
  /** JSON Pointer into the input, or the name of a header or parameter; `''` is the whole. */
  readonly path: string
  readonly message: string
}

const BRAND = Symbol.for('majordomo.error')

/** The one error class that Majordomo throws at its users; `code` tells what happened. */
export class MajordomoError extends Error {
  readonly code: ErrorCode
  /** Every fault of the input, for the codes that tell of one. */
  readonly faults: readonly Fault[]
  /** When to try again, in milliseconds, for `queue-full`. */
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, message: string = ERROR_CODES[code].help, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined)
    this.name = 'MajordomoError'
    this.code = code
    this.faults = details.faults ?? []
    this.retryAfter = details.retryAfter
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** The HTTP status that goes with the code. */
  get status(): number {
    return ERROR_CODES[this.code].status
  }

  /** True for this class from any installed copy of the package. */
  static is(value: unknown): value is MajordomoError {
    return typeof value === 'object' && value !== null && BRAND in value
  }
}

export interface ErrorDetails {
  faults?: readonly Fault[]
  retryAfter?: number
  cause?: unknown
}

/** What an animator's `validate` throws when the arguments do not fit: a text, or every fault with its place. */
export class InvalidArguments extends MajordomoError {
  constructor(faults: string | readonly Fault[]) {
    const list = typeof faults === 'string' ? [{ path: '', message: faults }] : faults
    super('invalid-arguments', list.map(sentence).join('; '), { faults: list })
  }
}

const NO_RETRY = Symbol.for('majordomo.no-retry')

/** Thrown from a run, it fails the task at once, whatever the retry policy says. */
export class DoNotRetryError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DoNotRetryError'
    Object.defineProperty(this, NO_RETRY, { value: true })
  }

  /** True for this class from any installed copy of the package, and for whatever else is not to be tried again. */
  static is(value: unknown): value is Error {
    return typeof value === 'object' && value !== null && NO_RETRY in value
  }
}

const LEAVES_RESULT = Symbol.for('majordomo.leaves-result')

/**
 * Thrown from a run, it ends the task as any error does, and leaves a result behind all the same: what is known of work
 * that did not succeed, such as an exit code. A `cause` that is a `TimedOut` counts as the run's timeout.
 */
export class FailedWithResult extends Error {
  readonly result: unknown
  /** Told as the code of the task's error. */
  readonly code: string | undefined

  /** @param options with `retry: false` the task fails at once, as by a {@link DoNotRetryError} */
  constructor(
    message: string,
    result: unknown,
    options: ErrorOptions & { readonly code?: string | undefined; readonly retry?: boolean } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'FailedWithResult'
    this.result = result
    this.code = options.code
    Object.defineProperty(this, LEAVES_RESULT, { value: true })
    if (options.retry === false) Object.defineProperty(this, NO_RETRY, { value: true })
  }

  /** True for this class from any installed copy of the package. */
  static is(value: unknown): value is FailedWithResult {
    return typeof value === 'object' && value !== null && LEAVES_RESULT in value
  }
}

/** The fault as one sentence: `/olderThanDays must be >= 1`. */
export function sentence(fault: Fault): string {
  return fault.path === '' ? fault.message : `${fault.path} ${fault.message}`
}

/** An `invalid-option` error that says what was expected and what came. */
export function invalidOption(field: string, expected: string, came: unknown): MajordomoError {
  const message = `expected "${field}" to be ${expected}, got ${shown(came)}`
  return new MajordomoError('invalid-option', message, { faults: [{ path: field, message }] })
}

/** The text of whatever was thrown: errors keep their message, the rest is shown. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || thrown.name)
    return typeof thrown === 'string' ? thrown : shown(thrown)
  } catch {
    return 'an error that cannot be shown'
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `${JSON.stringify(clipped(value))} (string)`
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object'
  if (typeof value === 'function') return 'a function'
  return `${String(value)} (${typeof value})`
}

function clipped(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
