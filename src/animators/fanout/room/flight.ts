import type { Due } from '../../../core/due-heap.ts'
import { readable } from '../../../core/duration.ts'
import { messageOf } from '../../../core/errors.ts'
import { ITEM_ERRORS, type ItemError, type ItemErrorCode, type ItemState } from '../item.ts'
import type { Prepared } from '../prepared.ts'
import { redirected } from '../rules/redirects.ts'
import { retriableStatus, retryAfter, waitBefore } from '../rules/retry.ts'
import { Attempt, type Answer, type AttemptHost } from './attempt.ts'
import { Course, itemOf } from './course.ts'
import { codeOf, faultOf } from './faults.ts'
import type { FlightHost } from './flight-host.ts'
import type { BodyBudget } from './kept-body.ts'

/**
 * What a flight is doing, and which time counts beside the whole:
 *
 * | phase     | until                    | limit             | has a place |
 * | --------- | ------------------------ | ----------------- | ----------- |
 * | `queued`  | it is its turn           |                   | no          |
 * | `connect` | the connection stands    | `timeout.connect` | yes         |
 * | `tls`     | the handshake is done    | `timeout.tls`     | yes         |
 * | `headers` | the head of the response | `timeout.headers` | yes         |
 * | `body`    | the next of the body     | `timeout.body`    | yes         |
 * | `waiting` | it is tried again        | the wait          | no          |
 * | `over`    |                          |                   | no          |
 */
export type Phase = 'queued' | 'connect' | 'tls' | 'headers' | 'body' | 'waiting' | 'over'

type TimedPhase = 'connect' | 'tls' | 'headers' | 'body'

/** Descriptors are looked for again after this, in ms; nothing tells when somebody else closes one. */
const DESCRIPTOR_WAIT = 50

const NEVER = Number.POSITIVE_INFINITY

/** One request on its way through all of its attempts. */
export class Flight implements Due, AttemptHost {
  due = 0
  place = -1
  /** It has a place among those in flight. */
  flying = false
  /** Its index among those of its list that are not over. */
  rank = -1
  #phase: Phase = 'queued'
  #request: Prepared
  #attempt: Attempt | undefined
  #totalDue = NEVER
  #phaseDue = NEVER
  /** The next attempt is one of those that the retry policy counts. */
  #counts = true
  #wentAgainAtOnce = false
  #lastError: ItemError | undefined
  readonly #course = new Course()
  readonly #asked: Prepared
  readonly #host: FlightHost

  constructor(host: FlightHost, request: Prepared) {
    this.#host = host
    this.#asked = request
    this.#request = request
  }

  /** Where it goes now; redirects change it. */
  get origin(): string {
    return this.#request.origin
  }

  get index(): number {
    return this.#asked.index
  }

  get bodies(): BodyBudget {
    return this.#host.bodies
  }

  get over(): boolean {
    return this.#phase === 'over'
  }

  /**
   * Begins an attempt.
   * @returns false while no connection may be made; true also where it has ended instead
   */
  begin(now: number): boolean {
    const course = this.#course
    if (this.#asked.fault !== undefined) {
      this.#fail('invalid-request', this.#asked.fault)
      return true
    }
    if (course.startedAt < 0 && !this.#resolveCredentials()) return true
    const refusal = this.#host.refusal(this.#request)
    if (refusal !== undefined) {
      this.#fail('forbidden-target', refusal)
      return true
    }
    const line = this.#host.lane(this.#request).take(now)
    if (line === undefined) return false
    if (course.startedAt < 0) {
      course.startedAt = now
      course.startedOn = Date.now()
      this.#totalDue = now + this.#asked.policy.total
    }
    if (this.#counts) course.attempts++
    this.#counts = true
    course.beganAt = now
    course.reused = line.reused
    course.insecure ||= isInsecure(this.#request)
    course.connectedIn = -1
    course.firstByteIn = -1
    this.#enter('connect', now + this.#request.policy.connect)
    this.#attempt = new Attempt(this, this.#request, line)
    this.#attempt.begin()
    return true
  }

  #resolveCredentials(): boolean {
    if (this.#asked.secret === undefined) return true
    try {
      this.#request = this.#host.withCredentials(this.#asked)
      return true
    } catch (error) {
      this.#fail('unknown-secret', messageOf(error))
      return false
    }
  }

  securing(): void {
    this.#enter('tls', performance.now() + this.#request.policy.tls)
  }

  sent(): void {
    const now = performance.now()
    if (!this.#course.reused) this.#course.connectedIn = now - this.#course.beganAt
    this.#enter('headers', now + this.#request.policy.headers)
  }

  headed(): void {
    const now = performance.now()
    this.#course.firstByteIn = now - this.#course.beganAt
    this.#enter('body', now + this.#request.policy.body)
  }

  heard(): void {
    const { body } = this.#request.policy
    if (body !== NEVER) this.#enter('body', performance.now() + body)
  }

  answered(answer: Answer): void {
    const { status, headers } = answer
    this.#course.status = status
    const next = redirected(this.#request, status, headers.location, this.#course.redirects)
    if (typeof next === 'string') this.#fail(next, ITEM_ERRORS[next], answer)
    else if (next !== undefined) this.#redirect(next)
    else if (this.#request.policy.success.has(status)) this.#end('SUCCEEDED', undefined, answer)
    else if (retriableStatus(status)) {
      const asked = retryAfter(headers['retry-after'], Date.now())
      this.#retry({ code: 'status', message: `the target answered ${status}` }, asked, answer)
    } else this.#fail('status', `the target answered ${status}`, answer)
  }

  failed(error: unknown, { isSent: sent, status }: Attempt): void {
    const code = codeOf(error)
    if (status > 0) this.#course.status = status
    if (code === 'NO_HTTP2' || code === 'NO_STREAM') return this.#goAgain()
    if (code === 'EMFILE' || code === 'ENFILE') return this.#awaitDescriptor(messageOf(error))
    const mayGoAgain = this.#request.idempotent || !sent || code === 'UNPROCESSED'
    // The server may close a connection just when it is used again; that is nobody's failure (RFC 9112, section 9.3.1).
    if (this.#course.reused && !this.#wentAgainAtOnce && this.#course.firstByteIn < 0 && mayGoAgain) {
      this.#wentAgainAtOnce = true
      return this.#goAgain()
    }
    const fault = faultOf(error, sent)
    this.#course.perhapsSent = !mayGoAgain
    if (fault.passing && mayGoAgain) this.#retry(fault, undefined)
    else this.#fail(fault.code, fault.message)
  }

  /** Its time has come: to be tried again, or to end. */
  timeUp(now: number): void {
    if (now >= this.#totalDue) this.#tooLate()
    else if (now < this.#phaseDue) this.#arm()
    else if (this.#phase === 'waiting') this.#queue()
    else this.#stepTooLate(this.#phase as TimedPhase)
  }

  #tooLate(): void {
    const last = this.#lastError
    const before = last === undefined ? '' : `; before that: ${last.message}`
    const took = `took longer than ${readable(this.#asked.policy.total)}`
    if (last?.code === 'no-descriptors') this.#cut('FAILED', last.code, last.message)
    else this.#cut('FAILED', 'timeout', took + before)
  }

  #stepTooLate(phase: TimedPhase): void {
    const limit = readable(this.#request.policy[phase])
    this.#cut('FAILED', `${phase}-timeout`, `took longer than ${limit} for this step`)
  }

  /** Ends it from outside, wherever it is. */
  stop(code: 'canceled' | 'stopped', message: string): void {
    this.#cut('CANCELED', code, message)
  }

  #enter(phase: Phase, due: number): void {
    this.#phase = phase
    this.#phaseDue = due
    this.#arm()
  }

  /** A time that has moved away is found out about when the old one comes: most never do. */
  #arm(): void {
    const due = Math.min(this.#totalDue, this.#phaseDue)
    if (this.place < 0 ? due !== NEVER : due < this.due) this.#host.due(this, due)
  }

  #cut(state: ItemState, code: ItemErrorCode, message: string): void {
    const attempt = this.#attempt
    if (attempt !== undefined && !attempt.over) {
      this.#course.perhapsSent = attempt.isSent && !this.#request.idempotent
      if (attempt.status > 0) this.#course.status = attempt.status
      attempt.cut()
    }
    this.#end(state, { code, message })
  }

  #retry({ code, message }: ItemError, asked: number | undefined, answer?: Answer): void {
    const { attempts } = this.#course
    const wait = waitBefore(this.#request.policy.retry, attempts, asked)
    if (wait === undefined) {
      const tries = attempts > 1 ? `, at the last of ${attempts} attempts` : ''
      return this.#fail(code, message + tries, answer)
    }
    const now = performance.now()
    if (now + wait >= this.#totalDue) {
      const late = `; the next attempt, in ${readable(wait)}, would come after the whole timeout`
      return this.#fail(code, message + late, answer)
    }
    this.#lastError = { code, message }
    this.#attempt!.discard()
    this.#host.landed(this)
    this.#enter('waiting', now + wait)
  }

  #redirect(request: Prepared): void {
    this.#course.redirects++
    this.#attempt!.discard()
    // Its place was one at the origin that it leaves.
    this.#host.landed(this)
    this.#request = request
    this.#goAgain()
  }

  /** Goes again at once; what was does not count as an attempt. */
  #goAgain(): void {
    this.#counts = false
    this.#host.landed(this)
    this.#queue()
  }

  #queue(): void {
    this.#enter('queued', NEVER)
    this.#host.again(this)
  }

  #awaitDescriptor(message: string): void {
    const now = performance.now()
    this.#counts = false
    this.#lastError = { code: 'no-descriptors', message }
    this.#host.descriptorsExhausted(now)
    this.#host.landed(this)
    this.#enter('waiting', now + DESCRIPTOR_WAIT)
  }

  #fail(code: ItemErrorCode, message: string, answer?: Answer): void {
    this.#end('FAILED', { code, message }, answer)
  }

  #end(state: ItemState, error?: ItemError, answer?: Answer): void {
    if (this.#phase === 'over') return
    const host = this.#host
    host.notDue(this)
    host.landed(this)
    this.#phase = 'over'
    const ending = { state, error, answer }
    host.finished(this, itemOf(this.#asked, this.#request, this.#course, host, ending))
  }
}

function isInsecure({ connections, origin }: Prepared): boolean {
  return connections.tls.insecure && origin.startsWith('https:')
}
