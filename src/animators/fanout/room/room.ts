import type { Logger } from '../../../core/logger.ts'
import type { Lane } from '../lanes/lane.ts'
import { Lanes } from '../lanes/lanes.ts'
import type { ProxyOptions } from '../lanes/proxy.ts'
import type { Prepared } from '../prepared.ts'
import type { Guard } from '../rules/guard.ts'
import { Deadlines } from './deadlines.ts'
import type { Flight } from './flight.ts'
import { Governor } from './governor.ts'
import { ListRun, type ListOffice, type ListPlan } from './list-run.ts'
import { Refusals } from './refusals.ts'

/** Requests are begun, and items delivered, for this long at a time, in ms; then whatever else the process does has its turn. */
const SLICE = 8
/** The log hears of missing descriptors this often, in ms. */
const WARN_EVERY = 60_000

export interface RoomOptions {
  readonly guard: Guard
  readonly proxy: ProxyOptions | undefined
  readonly maxConnections: number | undefined
  readonly logger: Logger
}

/** The engine room: runs lists side by side, on connections that outlive them. */
export class Room implements ListOffice {
  readonly lanes: Lanes
  readonly #runs: ListRun[] = []
  readonly #deadlines = new Deadlines<Flight>((flight, now) => flight.timeUp(now))
  readonly #governor = new Governor(
    () => this.#runs.some((run) => isGoverned(run) && run.wanting),
    () => this.wake(),
  )
  readonly #refusals: Refusals
  readonly #logger: Logger
  #warnedAt = Number.NEGATIVE_INFINITY
  #turn = 0
  /** Requests in flight that the governor limits. */
  #governed = 0
  #awake = false

  constructor(options: RoomOptions) {
    const { guard, proxy, maxConnections, logger } = options
    this.#logger = logger
    this.#refusals = new Refusals(guard)
    this.lanes = new Lanes({ guard, proxy, maxConnections, freed: () => this.wake() })
  }

  get lists(): number {
    return this.#runs.length
  }

  get inFlight(): number {
    return this.#runs.reduce((sum, run) => sum + run.inFlight, 0)
  }

  launch(plan: ListPlan): ListRun {
    const run = new ListRun(plan, this)
    this.lanes.sockets.measure(performance.now())
    this.#runs.push(run)
    run.start()
    return run
  }

  wake(): void {
    if (this.#awake) return
    this.#awake = true
    setImmediate(this.#pump)
  }

  readonly #pump = (): void => {
    this.#awake = false
    const began = performance.now()
    let now = began
    while (this.#beginOne(now)) {
      now = performance.now()
      if (now - began <= SLICE) continue
      this.wake()
      break
    }
    for (const run of this.#runs) run.items.deliver()
  }

  /** Lists take turns, request by request. @returns whether there may be more to begin */
  #beginOne(now: number): boolean {
    for (let i = 0; i < this.#runs.length; i++) {
      const place = (this.#turn + i) % this.#runs.length
      const run = this.#runs[place]!
      if (!run.wanting) continue
      const limit = this.#limitOf(run)
      if (run.inFlight >= limit) continue
      const outcome = run.beginOne(now, limit)
      // A list that has ended has left its place to the next one.
      if (outcome === 'nothing' && !run.isOver) continue
      this.#turn = run.isOver ? place : place + 1
      if (outcome !== 'no-room') return true
      this.lanes.sockets.crowded(now)
      this.lanes.makeRoom()
      return false
    }
    return false
  }

  /** Lists without a limit of their own share that of the governor. */
  #limitOf(run: ListRun): number {
    const { concurrency } = run.plan
    if (concurrency !== undefined) return concurrency
    if (this.#governed >= this.#governor.limit) this.#governor.full()
    return this.#governor.limit - this.#governed + run.inFlight
  }

  due(flight: Flight, at: number): void {
    this.#deadlines.set(flight, at)
  }

  notDue(flight: Flight): void {
    this.#deadlines.delete(flight)
  }

  lane(request: Prepared): Lane {
    return this.lanes.to(request)
  }

  refusal(request: Prepared): string | undefined {
    return this.#refusals.of(request)
  }

  took(run: ListRun): void {
    if (isGoverned(run)) this.#governed++
  }

  landed(run: ListRun): void {
    if (isGoverned(run)) this.#governed--
    this.#governor.landed++
    this.wake()
  }

  descriptorsExhausted(now: number): void {
    this.lanes.sockets.exhausted(now)
    this.lanes.makeRoom()
    if (now - this.#warnedAt < WARN_EVERY) return
    this.#warnedAt = now
    this.#logger.warn('no file descriptor was left for a connection; fewer are made from now on', {
      connections: this.lanes.sockets.open,
    })
  }

  stopping(): void {
    this.lanes.closer.hold()
  }

  stopped(): void {
    this.lanes.closer.letGo()
  }

  over(run: ListRun): void {
    this.#runs.splice(this.#runs.indexOf(run), 1)
    if (this.#runs.length === 0) this.#governor.rest()
  }

  /** Cancels all lists and closes all connections; resolves when nothing is left. */
  async close(): Promise<void> {
    const runs = [...this.#runs]
    for (const run of runs) run.stop('canceled', 'the fan-out was closed')
    await Promise.all(runs.map((run) => run.ended))
    await this.lanes.close()
  }
}

function isGoverned(run: ListRun): boolean {
  return run.plan.concurrency === undefined
}
