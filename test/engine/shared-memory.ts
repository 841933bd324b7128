import { MajordomoError } from '../../src/core/errors.ts'
import type { TaskEvent } from '../../src/core/events.ts'
import type { Engine, EngineHost } from '../../src/engine/contract.ts'
import { memory, type MemoryOptions } from '../../src/engine/memory/index.ts'

/** What several engines of one test share: one store in memory, and who is told of what. */
class Hub {
  readonly inner: Engine
  readonly members = new Set<SharedMemory>()
  /** Who claimed under which lease, and who announced which worker. */
  readonly holders = new Map<string, SharedMemory>()
  readonly owners = new Map<string, SharedMemory>()
  readonly events: TaskEvent[] = []
  /** Whose call is under way: the store tells what changed before the call returns. */
  caller: SharedMemory | undefined
  asked: string | undefined
  #opening: Promise<void> | undefined

  constructor(options: MemoryOptions) {
    this.inner = memory(options)
  }

  open(host: EngineHost): Promise<void> {
    return (this.#opening ??= this.inner.open({
      clock: host.clock,
      logger: host.logger,
      rules: host.rules,
      listening: () => true,
      changed: (events) => this.#publish(events),
      ready: () => this.#each((member) => member.host.ready()),
      signal: (orders) => {
        for (const order of orders) this.#alive(this.holders.get(order.lease))?.signal([order])
      },
      appended: (id, stream) =>
        this.#each((member) => this.#told(member) && member.host.appended(id, stream)),
      due: (inMs) => this.#each((member) => member.host.due(inMs)),
      unfinished: () => {},
      mode: (mode) => this.#alive(this.owners.get(this.asked ?? ''))?.mode(mode),
      rescheduled: () => this.#each((member) => member.host.rescheduled()),
      missed: () => {},
    }))
  }

  #publish(events: readonly TaskEvent[]): void {
    const placed = events.map((event) => ({ ...event, position: String(this.events.push(event)) }))
    this.events.splice(-placed.length, placed.length, ...placed)
    this.#each((member) => this.#told(member) && member.host.changed(placed))
  }

  #alive(member: SharedMemory | undefined): EngineHost | undefined {
    return member !== undefined && this.members.has(member) ? member.host : undefined
  }

  #told(member: SharedMemory): boolean {
    return member === this.caller || member.watching
  }

  #each(tell: (member: SharedMemory) => void): void {
    for (const member of this.members) tell(member)
  }
}

/**
 * One of several engines on one store, as replicas of a service have them, without a server: for the cases of the
 * conformance suite, and for tests of several managers.
 */
export class SharedMemory implements Engine {
  readonly name = 'shared-memory'
  readonly traits = Object.freeze({ durable: true, shared: true })
  watching = false
  readonly #hub: Hub
  #host: EngineHost | undefined

  /** @param from an engine whose store this one shares, or the options of a store of its own */
  constructor(from: SharedMemory | MemoryOptions = {}) {
    this.#hub = from instanceof SharedMemory ? from.#hub : new Hub(from)
  }

  /** @throws when it is closed */
  get host(): EngineHost {
    if (this.#host === undefined) throw new MajordomoError('manager-closed', 'the engine is not open')
    return this.#host
  }

  async open(host: EngineHost): Promise<void> {
    this.#host = host
    await this.#hub.open(host)
    this.#hub.members.add(this)
    // Of what is there already.
    const due = await this.#hub.inner.sweep()
    if (due !== undefined) host.due(due)
    host.ready()
  }

  async close(): Promise<void> {
    this.#hub.members.delete(this)
    this.#host = undefined
  }

  insert: Engine['insert'] = (...given) => this.#ask((engine) => engine.insert(...given))
  amend: Engine['amend'] = (...given) => this.#ask((engine) => engine.amend(...given))
  settle: Engine['settle'] = (...given) => this.#ask((engine) => engine.settle(...given))
  renew: Engine['renew'] = (...given) => this.#ask((engine) => engine.renew(...given))
  requestCancel: Engine['requestCancel'] = (...given) => this.#ask((engine) => engine.requestCancel(...given))
  update: Engine['update'] = (...given) => this.#ask((engine) => engine.update(...given))
  remove: Engine['remove'] = (...given) => this.#ask((engine) => engine.remove(...given))
  sweep: Engine['sweep'] = () => this.#ask((engine) => engine.sweep())
  get: Engine['get'] = (...given) => this.#ask((engine) => engine.get(...given))
  recall: Engine['recall'] = (...given) => this.#ask((engine) => engine.recall(...given))
  list: Engine['list'] = (...given) => this.#ask((engine) => engine.list(...given))
  count: Engine['count'] = (...given) => this.#ask((engine) => engine.count(...given))
  readOutput: Engine['readOutput'] = (...given) => this.#ask((engine) => engine.readOutput(...given))
  operations: Engine['operations'] = () => this.#ask((engine) => engine.operations())
  pause: Engine['pause'] = (...given) => this.#ask((engine) => engine.pause(...given))
  limit: Engine['limit'] = (...given) => this.#ask((engine) => engine.limit(...given))
  describe: Engine['describe'] = (...given) => this.#ask((engine) => engine.describe(...given))
  schedules: Engine['schedules'] = () => this.#ask((engine) => engine.schedules())
  putSchedule: Engine['putSchedule'] = (...given) => this.#ask((engine) => engine.putSchedule(...given))
  removeSchedule: Engine['removeSchedule'] = (...given) =>
    this.#ask((engine) => engine.removeSchedule(...given))
  fire: Engine['fire'] = (...given) => this.#ask((engine) => engine.fire(...given))
  dismiss: Engine['dismiss'] = (...given) => this.#ask((engine) => engine.dismiss(...given))
  workers: Engine['workers'] = () => this.#ask((engine) => engine.workers())

  claim: Engine['claim'] = async (wish) => {
    const claims = await this.#ask((engine) => engine.claim(wish))
    for (const { lease } of claims) this.#hub.holders.set(lease, this)
    return claims
  }

  announce: Engine['announce'] = (worker, ttl) => {
    this.#hub.owners.set(worker.id, this)
    return this.#ask((engine) => engine.announce(worker, ttl))
  }

  setWorker: Engine['setWorker'] = (id, mode) => {
    this.#hub.asked = id
    return this.#ask((engine) => engine.setWorker(id, mode))
  }

  watch: Engine['watch'] = async (wanted) => {
    this.watching = wanted
  }

  recentEvents: Engine['recentEvents'] = async (limit) => this.#hub.events.slice(-limit)

  /** The store does what it is asked before it answers, so whatever it tells meanwhile comes of this call. */
  #ask<T>(call: (engine: Engine) => T): T {
    void this.host
    this.#hub.caller = this
    try {
      return call(this.#hub.inner)
    } finally {
      this.#hub.caller = undefined
    }
  }
}
