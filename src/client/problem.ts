import type { Problem } from './types.ts'

const BRAND = Symbol.for('majordomo.problem')

/** The code of an answer that is no problem document, for example a proxy's 502 page. */
export const UNEXPECTED_ANSWER = 'unexpected-answer'

/**
 * What every call rejects with when the service answers with an error. A service that does not answer at all is told as
 * `fetch` tells it, by a TypeError.
 */
export class ProblemError extends Error {
  /** The HTTP status. */
  readonly status: number
  /** For programs, for example `'task-not-found'`; `'unexpected-answer'` when the service told none. */
  readonly code: string
  /** Every fault of the request, each with a JSON Pointer or the name of a parameter. */
  readonly errors: readonly { readonly path: string; readonly message: string }[]
  /** After how many milliseconds to try again, where the service told it. */
  readonly retryAfter: number | undefined

  constructor(problem: Pick<Problem, 'status' | 'code'> & Partial<Problem>, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? problem.code)
    this.name = 'ProblemError'
    this.status = problem.status
    this.code = problem.code
    this.errors = problem.errors ?? []
    this.retryAfter = retryAfter
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** True for this class from any installed copy of the package; with `code`, for that code only. */
  static is(value: unknown, code?: string): value is ProblemError {
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false
    return code === undefined || ('code' in value && value.code === code)
  }
}

/**
 * The data of an answer of the raw client.
 *
 * ```ts
 * const version = unwrap(await client.raw.GET('/version'))
 * ```
 * @throws {ProblemError} when the answer is an error
 */
export function unwrap<Answer extends { data?: unknown; error?: unknown; response: Response }>(
  answer: Answer,
): Exclude<Answer['data'], undefined> {
  if (!answer.response.ok) throw problemOf(answer.response, answer.error)
  return answer.data as Exclude<Answer['data'], undefined>
}

function problemOf(response: Response, body: unknown): ProblemError {
  const retryAfter = millisecondsUntil(response.headers.get('retry-after'))
  if (isProblem(body)) return new ProblemError({ ...body, status: response.status }, retryAfter)
  const detail = `${response.url} answered ${response.status} ${response.statusText}`.trim()
  return new ProblemError({ status: response.status, code: UNEXPECTED_ANSWER, detail }, retryAfter)
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, section 10.2.3). */
function millisecondsUntil(value: string | null): number | undefined {
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
