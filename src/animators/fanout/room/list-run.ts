import { messageOf } from '../../../core/errors.ts'
import type { FanOutItem } from '../item.ts'
import type { Lane } from '../lanes/lane.ts'
import type { Prepared } from '../prepared.ts'
import { Course, itemOf } from './course.ts'
import { Flight } from './flight.ts'
import type { FlightHost, FlightOffice } from './flight-host.ts'
import { Items } from './items.ts'
import { BodyBudget } from './kept-body.ts'
import { TimeTexts } from './time-texts.ts'
import { Turns, type Announce } from './turns.ts'

/** Ending a request takes a microsecond or two, so thousands are ended a slice at a time, in ms. */
const SLICE = 8

/** The requests of a list, made when it is their turn or before. */
export interface Requests {
  readonly length: number
  at(index: number): Prepared | undefined
}

/** A list whose options are checked. */
export interface ListPlan {
  readonly id: string
  readonly requests: Requests
  /** Undefined: the room finds out. */
  readonly concurrency: number | undefined
  /** Infinity for no limit; so the others. */
  readonly perHost: number
  readonly maxFailures: number
  /** How many have failed in earlier runs of the same list. */
  readonly failed?: number | undefined
  /** Bytes. */
  readonly maxBodyTotal: number
  readonly signal: AbortSignal | undefined
  readonly announce?: Announce | undefined
  /** Some requests must not be sent twice, so no more are announced than are sent at once. */
  readonly careful?: boolean | undefined
  /** The request with the credentials that it names. @throws when there are none of that name */
  readonly withCredentials: (request: Prepared) => Prepared
  /** Nothing more is to be begun; when nothing is in flight any more the list ends. */
  readonly holds?: (() => boolean) | undefined
  /** The request may have been sent before, in an earlier run of the same list. */
  readonly resent?: ((index: number) => boolean) | undefined
}

/** What a list asks of its room. */
export interface ListOffice extends FlightOffice {
  /** A request of the list is in flight. */
  took(run: ListRun): void
  /** It is so no longer. */
  landed(run: ListRun): void
  /** A list ends all of its requests, and until they have ended nothing is closed. */
  stopping(): void
  stopped(): void
  /** Something has changed: there may be turns to take, or items to deliver. */
  wake(): void
  over(run: ListRun): void
}

/** What a list does, from its launch to its last item. */
export class ListRun implements FlightHost {
  readonly launchedAt = performance.now()
  readonly times = new TimeTexts()
  readonly items = new Items()
  readonly plan: ListPlan
  /** Requests that have ended. */
  done = 0
  inFlight = 0
  readonly bodies: BodyBudget
  #failures: number
  #stopping: { readonly code: 'canceled' | 'stopped'; readonly message: string } | undefined
  /** Those that are not over: in flight, waiting to be tried again, or stepped aside. */
  readonly #flights: Flight[] = []
  readonly #turns: Turns
  readonly #office: ListOffice
  /** Resolves when all requests have ended. */
  readonly ended: Promise<void>
  #tellEnded!: () => void
  readonly #onAbort = (): void => this.stop('canceled', messageOf(this.plan.signal!.reason))

  constructor(plan: ListPlan, office: ListOffice) {
    this.plan = plan
    this.bodies = new BodyBudget(plan.maxBodyTotal)
    this.#failures = plan.failed ?? 0
    this.#office = office
    this.ended = new Promise((resolve) => (this.#tellEnded = resolve))
    this.#turns = new Turns({
      requests: plan.requests,
      perHost: plan.perHost,
      announce: plan.announce,
      careful: plan.careful === true,
      make: (request) => this.#made(request),
      ready: (failure) => (failure === undefined ? office.wake() : this.stop('canceled', messageOf(failure))),
    })
  }

  get isOver(): boolean {
    return this.done === this.plan.requests.length
  }

  /** Somebody waits for nothing but a turn. */
  get wanting(): boolean {
    return this.#stopping === undefined && this.plan.holds?.() !== true && this.#turns.wanted
  }

  start(): void {
    const { signal } = this.plan
    if (this.isOver) this.#finish()
    else if (signal?.aborted === true) this.#onAbort()
    else {
      signal?.addEventListener('abort', this.#onAbort, { once: true })
      if (this.#failures > this.plan.maxFailures) this.#tooManyFailed()
      else this.#office.wake()
    }
  }

  /** Begins the next request. @returns what came of it */
  beginOne(now: number, places: number): 'begun' | 'nothing' | 'no-room' {
    if (this.#stopping !== undefined) return 'nothing'
    const flight = this.#turns.take(places, places - this.inFlight)
    if (flight === undefined) return 'nothing'
    flight.flying = true
    this.inFlight++
    this.#office.took(this)
    this.#turns.entered(flight)
    if (flight.begin(now)) return 'begun'
    this.landed(flight)
    this.#turns.giveBack(flight)
    return 'no-room'
  }

  /** Ends everything that has not ended: what is in flight first. Soon, and in slices. */
  stop(code: 'canceled' | 'stopped', message: string): void {
    if (this.#stopping !== undefined || this.isOver) return
    this.#stopping = { code, message }
    this.#office.stopping()
    setImmediate(this.#stopSome)
  }

  readonly #stopSome = (): void => {
    const { code, message } = this.#stopping!
    const end = performance.now() + SLICE
    while (performance.now() < end) {
      const flight = this.#flights.at(-1) ?? this.#freshFlight()
      if (flight === undefined) break
      flight.stop(code, message)
    }
    if (!this.isOver) setImmediate(this.#stopSome)
    this.items.deliver()
  }

  #freshFlight(): Flight | undefined {
    for (let request = this.#turns.takeFresh(); request !== undefined; request = this.#turns.takeFresh()) {
      const flight = this.#made(request)
      if (flight !== undefined) return flight
    }
    return undefined
  }

  #made(request: Prepared): Flight | undefined {
    if (request.ignore) {
      const nothing = { state: 'IGNORED', error: undefined, answer: undefined } as const
      this.#add(itemOf(request, request, new Course(), this, nothing))
      return undefined
    }
    const flight = new Flight(this, request)
    flight.rank = this.#flights.push(flight) - 1
    return flight
  }

  due(flight: Flight, at: number): void {
    this.#office.due(flight, at)
  }

  notDue(flight: Flight): void {
    this.#office.notDue(flight)
  }

  lane(request: Prepared): Lane {
    return this.#office.lane(request)
  }

  refusal(request: Prepared): string | undefined {
    return this.#office.refusal(request)
  }

  withCredentials(request: Prepared): Prepared {
    return this.plan.withCredentials(request)
  }

  descriptorsExhausted(now: number): void {
    this.#office.descriptorsExhausted(now)
  }

  landed(flight: Flight): void {
    if (!flight.flying) return
    flight.flying = false
    this.inFlight--
    this.#turns.left(flight)
    this.#office.landed(this)
    if (this.inFlight === 0 && this.plan.holds?.() === true) this.stop('canceled', 'the list goes on later')
  }

  again(flight: Flight): void {
    this.#turns.add(flight)
    this.#office.wake()
  }

  finished(flight: Flight, item: FanOutItem): void {
    const last = this.#flights.pop()!
    if (last !== flight) {
      this.#flights[flight.rank] = last
      last.rank = flight.rank
    }
    const { resent, maxFailures } = this.plan
    const isResent = item.attempts > 0 && resent?.(item.index) === true
    if (item.state === 'FAILED' && ++this.#failures > maxFailures) this.#tooManyFailed()
    this.#add(isResent ? { ...item, resent: true } : item)
  }

  #tooManyFailed(): void {
    this.stop('stopped', this.#failures === 1 ? 'a request failed' : `${this.#failures} requests failed`)
  }

  #add(item: FanOutItem): void {
    this.done++
    this.items.add(item)
    if (this.isOver) this.#finish()
    // To be delivered: not every request that ends gives a place back.
    else this.#office.wake()
  }

  #finish(): void {
    this.plan.signal?.removeEventListener('abort', this.#onAbort)
    this.items.end()
    this.#tellEnded()
    if (this.#stopping !== undefined) this.#office.stopped()
    this.#office.over(this)
  }
}
