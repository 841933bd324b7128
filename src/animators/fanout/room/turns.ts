import type { Prepared } from '../prepared.ts'
import { Fifo } from './fifo.ts'
import type { Flight } from './flight.ts'
import type { Requests } from './list-run.ts'

/** Requests that may be sent twice are announced this many at a time at least. */
const LEAST_ANNOUNCED = 256
/** After so many that are passed over, or step aside, the event loop has its turn. */
const MOST_PASSED = 1_000

/** Called before requests with a lower index than that are sent; they wait until it resolves. */
export type Announce = (before: number) => Promise<void>

/**
 * Whose turn it is: first those that come again, then the list in its order. Those whose host has as many as it may have step aside
 * until one of them lands. Where requests are announced before they are sent, turns end at the last one announced: in good time
 * where they may be sent twice, else no more of them than have a place at once, so that few are taken for sent that were not.
 */
export class Turns {
  #next = 0
  #announced: number
  #announcing = false
  readonly #again = new Fifo<Flight>()
  readonly #aside = new Map<string, Fifo<Flight>>()
  #asideCount = 0
  readonly #atHost = new Map<string, number>()
  readonly #requests: Requests
  readonly #perHost: number
  readonly #announce: Announce | undefined
  readonly #careful: boolean
  readonly #make: (request: Prepared) => Flight | undefined
  readonly #ready: (failure?: unknown) => void

  /**
   * @param careful some of the requests must not be sent twice
   * @param make the flight of a request; undefined where it is to be passed over
   * @param ready called when there are turns again, or cannot be any
   */
  constructor(parts: {
    requests: Requests
    perHost: number
    announce: Announce | undefined
    careful: boolean
    make: (request: Prepared) => Flight | undefined
    ready: (failure?: unknown) => void
  }) {
    this.#requests = parts.requests
    this.#perHost = parts.perHost
    this.#announce = parts.announce
    this.#careful = parts.careful
    this.#announced = parts.announce === undefined ? parts.requests.length : 0
    this.#make = parts.make
    this.#ready = parts.ready
  }

  /** Somebody waits for nothing but a turn, or to be announced. */
  get wanted(): boolean {
    if (this.#again.size > 0 || this.#next < this.#announced) return true
    return !this.#announcing && this.#announced < this.#requests.length
  }

  /**
   * @param places how many there are
   * @param free how many of them are free
   */
  take(places: number, free: number): Flight | undefined {
    for (let flight = this.#again.take(); flight !== undefined; flight = this.#again.take()) {
      // The whole time of a request may end while it waits for its turn.
      if (flight.over) this.#callNext(flight)
      else if (this.#hasRoom(flight)) return flight
    }
    if (this.#announce !== undefined) this.#announceMore(places, free)
    for (let passed = 0; this.#next < this.#announced; passed++) {
      if (passed === MOST_PASSED) {
        this.#ready()
        return undefined
      }
      const flight = this.#make(this.#requests.at(this.#next++)!)
      if (flight !== undefined && this.#hasRoom(flight)) return flight
    }
    // Where all of them were passed over, nothing will land that would ask again.
    if (this.#announce !== undefined) this.#announceMore(places, free)
    return undefined
  }

  #hasRoom(flight: Flight): boolean {
    const { origin } = flight
    if (this.#perHost === Number.POSITIVE_INFINITY || (this.#atHost.get(origin) ?? 0) < this.#perHost)
      return true
    let others = this.#aside.get(origin)
    if (others === undefined) this.#aside.set(origin, (others = new Fifo()))
    others.push(flight)
    this.#asideCount++
    return false
  }

  /** Comes again. */
  add(flight: Flight): void {
    this.#again.push(flight)
  }

  /** Could not begin although it was its turn. */
  giveBack(flight: Flight): void {
    this.#again.giveBack(flight)
  }

  entered({ origin }: Flight): void {
    if (this.#perHost === Number.POSITIVE_INFINITY) return
    this.#atHost.set(origin, (this.#atHost.get(origin) ?? 0) + 1)
  }

  left(flight: Flight): void {
    if (this.#perHost === Number.POSITIVE_INFINITY) return
    const others = this.#atHost.get(flight.origin)! - 1
    if (others === 0) this.#atHost.delete(flight.origin)
    else this.#atHost.set(flight.origin, others)
    this.#callNext(flight)
  }

  /** One of those that stepped aside has its turn at the host. */
  #callNext({ origin }: Flight): void {
    const aside = this.#aside.get(origin)
    const next = aside?.take()
    if (next === undefined) return
    this.#asideCount--
    this.#again.push(next)
    if (aside!.size === 0) this.#aside.delete(origin)
  }

  /** The next request that has no flight yet, whether or not it is its turn. */
  takeFresh(): Prepared | undefined {
    return this.#requests.at(this.#next++)
  }

  #announceMore(places: number, free: number): void {
    const { length } = this.#requests
    if (this.#announcing || this.#announced === length) return
    const left = this.#announced - this.#next
    // Those that stepped aside are announced and not sent, and need a place too.
    const ahead = this.#careful ? free - this.#asideCount : Math.max(LEAST_ANNOUNCED, places)
    if (ahead <= 0) return
    // In good time: as soon as half of those that were announced have had their turn.
    if (left > (this.#careful ? 0 : ahead / 2)) return
    void this.#announceUpTo(Math.min(length, this.#next + ahead))
  }

  async #announceUpTo(before: number): Promise<void> {
    this.#announcing = true
    try {
      await this.#announce!(this.#requests.at(before - 1)!.index + 1)
    } catch (failure) {
      // It stays announcing: nobody has a turn any more.
      this.#ready(failure ?? new Error('requests could not be announced'))
      return
    }
    this.#announcing = false
    this.#announced = before
    this.#ready()
  }
}
