import { Canceled, ShutDown, TimedOut } from '../core/aborts.ts'
import type { StateDetail } from '../core/animator.ts'
import { DoNotRetryError, FailedWithResult, MajordomoError, messageOf } from '../core/errors.ts'
import { frozenJson, type Json } from '../core/json.ts'
import { retryDelay } from '../core/retry.ts'
import type { EndState } from '../core/states.ts'
import type { Reason, TaskError } from '../core/task.ts'
import type { Outcome } from '../engine/contract.ts'
import type { Run } from './run.ts'

/** How a run ends: one constructor for each outcome, and nothing else makes one. */

const RETURNED: Reason = Object.freeze({ code: 'returned', message: 'the run returned' })
const RETURNED_NOTHING: Outcome = Object.freeze({ kind: 'end', state: 'SUCCEEDED', reason: RETURNED })
const MOST_TEXT = 10_000

export interface OutcomeRules {
  /** Whether tasks outlive the manager, so that a shutdown gives them back. */
  readonly durable: boolean
  /** The largest result, in characters of JSON. */
  readonly maxJson: number
}

/** The animator's run has returned. */
export function returned(run: Run, result: unknown, rules: OutcomeRules): Outcome {
  if (run.abortReason instanceof TimedOut)
    return tryAgain(run, reasonOf(run.abortReason), taskError(run.abortReason), run.retry.onTimeout)
  if (result === undefined) return RETURNED_NOTHING
  try {
    return {
      kind: 'end',
      state: 'SUCCEEDED',
      reason: RETURNED,
      result: frozenJson(result, rules.maxJson, 'maxJson'),
    }
  } catch (error) {
    return unusable(error)
  }
}

/** The animator's run has thrown. */
export function threw(run: Run, thrown: unknown, rules: OutcomeRules): Outcome {
  const abort = run.abortReason
  const error = taskError(thrown)
  return withResult(thrown, rules, outcomeOf(run, thrown, error, abort, rules))
}

function outcomeOf(
  run: Run,
  thrown: unknown,
  error: TaskError,
  abort: Run['abortReason'],
  rules: OutcomeRules,
): Outcome {
  if (abort instanceof Canceled)
    return { kind: 'end', state: 'CANCELED', reason: reasonOf(abort), ...(thrown === abort ? {} : { error }) }
  if (abort instanceof ShutDown) return shutDown(abort, rules, thrown === abort ? undefined : error)
  if (abort instanceof TimedOut) return tryAgain(run, reasonOf(abort), error, run.retry.onTimeout)
  return tryAgain(run, { code: 'error', message: error.message }, error, !refusesRetry(thrown))
}

/** What failed, and will not be tried again, may leave a result. One that cannot be kept costs nothing else. */
function withResult(thrown: unknown, rules: OutcomeRules, outcome: Outcome): Outcome {
  if (outcome.kind !== 'end') return outcome
  try {
    if (!FailedWithResult.is(thrown) || thrown.result === undefined) return outcome
    return { ...outcome, result: frozenJson(thrown.result, rules.maxJson, 'maxJson') }
  } catch {
    return outcome
  }
}

/**
 * Why a run has stopped by itself, where it says so: it gives its task back, or it found that it takes too long. Not every
 * thrown value can be asked: a revoked Proxy throws.
 */
export function ownAbort(thrown: unknown): ShutDown | TimedOut | undefined {
  try {
    if (thrown instanceof ShutDown || thrown instanceof TimedOut) return thrown
    return FailedWithResult.is(thrown) && thrown.cause instanceof TimedOut ? thrown.cause : undefined
  } catch {
    return undefined
  }
}

/** The run itself has set an ended state; its function may go on for a while. */
export function setByRun(state: EndState, detail: StateDetail, rules: OutcomeRules): Outcome {
  const reason: Reason = { code: 'set-by-run', message: clipped(detail.message ?? `the run set ${state}`) }
  const error = detail.error === undefined ? {} : { error: taskError(detail.error) }
  try {
    const result: { result?: Json } =
      detail.result === undefined ? {} : { result: frozenJson(detail.result, rules.maxJson, 'maxJson') }
    return { kind: 'end', state, reason, ...result, ...error, stillRunning: true }
  } catch (thrown) {
    return { ...unusable(thrown), stillRunning: true }
  }
}

/** The run did not stop in time; it is not waited for any longer. */
export function abandoned(run: Run, rules: OutcomeRules): Outcome {
  const abort = run.abortReason
  if (abort instanceof ShutDown) return shutDown(abort, rules, undefined, true)
  const message = `${abort?.message ?? 'it should stop'}, and it did not stop in time`
  const by = abort instanceof Canceled && abort.by !== undefined ? { by: abort.by } : {}
  return {
    kind: 'end',
    state: abort instanceof TimedOut ? 'FAILED' : 'CANCELED',
    reason: { code: 'abandoned', message, ...by },
    stillRunning: true,
  }
}

function shutDown(
  abort: ShutDown,
  rules: OutcomeRules,
  error: TaskError | undefined,
  stillRunning = false,
): Outcome {
  const reason = reasonOf(abort)
  if (rules.durable) return { kind: 'release', reason }
  return {
    kind: 'end',
    state: 'CANCELED',
    reason,
    ...(error === undefined ? {} : { error }),
    ...(stillRunning ? { stillRunning } : {}),
  }
}

function refusesRetry(thrown: unknown): boolean {
  try {
    return DoNotRetryError.is(thrown)
  } catch {
    return false
  }
}

function tryAgain(run: Run, reason: Reason, error: TaskError, allowed: boolean): Outcome {
  const delay = allowed ? retryDelay(run.retry, run.claim.task.attempt) : undefined
  return delay === undefined
    ? { kind: 'end', state: 'FAILED', reason, error }
    : { kind: 'retry', delay, reason, error }
}

/** The work was done, but its result cannot be kept; doing it again would not help. */
function unusable(error: unknown): Outcome & { readonly kind: 'end' } {
  const message = `the run returned a result that cannot be kept: ${messageOf(error)}`
  return {
    kind: 'end',
    state: 'FAILED',
    reason: { code: 'error', message },
    error: { name: 'InvalidResult', message },
  }
}

function reasonOf(abort: Canceled | TimedOut | ShutDown): Reason {
  return {
    code: abort.code,
    message: abort.message,
    ...(abort instanceof Canceled && abort.by !== undefined ? { by: abort.by } : {}),
  }
}

/** Whatever was thrown, as plain data of bounded size. Nothing that is thrown is so odd that it has no such form. */
export function taskError(thrown: unknown): TaskError {
  const message = clipped(messageOf(thrown))
  try {
    return thrown instanceof Error ? plainError(thrown, message) : { name: 'Error', message }
  } catch {
    return { name: 'Error', message }
  }
}

function plainError(thrown: Error, message: string): TaskError {
  const { name, stack } = thrown
  const code: unknown = MajordomoError.is(thrown) ? thrown.code : (thrown as { code?: unknown }).code
  return Object.freeze({
    name: typeof name === 'string' ? clipped(name) : 'Error',
    message,
    ...(typeof code === 'string' ? { code: clipped(code) } : {}),
    ...(typeof stack === 'string' ? { stack: clipped(stack) } : {}),
  })
}

function clipped(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
}
