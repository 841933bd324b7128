import type { TaskEvent } from '../../core/events.ts'
import type { OutputStream } from '../../core/output.ts'
import type { EngineHost, RunOrder, WorkerMode } from '../contract.ts'

/** How much there was to tell at some moment, so that what came after it can be taken back. */
export interface TidingsMark {
  readonly events: number
  readonly orders: number
  readonly appended: number
}

/** What the host is to be told once the transaction is committed, and never if it is not. */
export class Tidings {
  readonly events: TaskEvent[] = []
  readonly orders: RunOrder[] = []
  readonly appended: { readonly id: string; readonly stream: OutputStream }[] = []
  readonly modes: WorkerMode[] = []
  ready = false
  rescheduled = false
  /** The soonest time at which something became due. */
  soonest = Number.POSITIVE_INFINITY
  #toldDue = Number.POSITIVE_INFINITY

  constructor(private readonly host: EngineHost) {}

  due(time: number): void {
    if (time < this.soonest) this.soonest = time
  }

  /** The host knows of this time by itself, and of no earlier one. */
  knownDue(time: number): void {
    this.#toldDue = time
    this.soonest = Number.POSITIVE_INFINITY
  }

  get mark(): TidingsMark {
    return { events: this.events.length, orders: this.orders.length, appended: this.appended.length }
  }

  takeBack({ events, orders, appended }: TidingsMark): void {
    this.events.length = events
    this.orders.length = orders
    this.appended.length = appended
  }

  /** Nothing of it has happened, and what the host was told of what is due may be wrong. */
  undo(): void {
    this.#forget()
    this.#toldDue = Number.POSITIVE_INFINITY
  }

  /** The host may call back into the engine, so nothing is left to be told twice. */
  tell(now: number): void {
    const { host } = this
    const events = this.events.splice(0)
    const orders = this.orders.splice(0)
    const appended = this.appended.splice(0)
    const modes = this.modes.splice(0)
    const { ready, rescheduled, soonest } = this
    this.#forget()
    if (soonest < this.#toldDue) {
      this.#toldDue = soonest
      host.due(Math.max(0, soonest - now))
    }
    if (orders.length > 0) host.signal(orders)
    if (ready) host.ready()
    for (const mode of modes) host.mode(mode)
    if (rescheduled) host.rescheduled()
    for (const { id, stream } of appended) host.appended(id, stream)
    if (events.length > 0) host.changed(events)
  }

  #forget(): void {
    this.takeBack({ events: 0, orders: 0, appended: 0 })
    this.modes.length = 0
    this.ready = false
    this.rescheduled = false
    this.soonest = Number.POSITIVE_INFINITY
  }
}
