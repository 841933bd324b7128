import type { Engine, EngineHost } from '../../src/engine/contract.ts'

/** Calls of the contract that a fault can be set to: all but those that open and close. */
export type CallName = Exclude<keyof Engine, 'name' | 'traits' | 'open' | 'close'>

/**
 * | how | the engine | the caller |
 * |---|---|---|
 * | `throws before` | has not heard of the call | is told of an error |
 * | `throws after` | has done it | is told of an error |
 * | `dies before` | has not heard of the call | hears nothing any more, whatever it calls |
 * | `dies after` | has done it | the same |
 */
export type FaultKind = 'throws before' | 'throws after' | 'dies before' | 'dies after'

/** At the n-th call of this name, from 1. */
export interface Fault {
  readonly call: CallName
  readonly nth: number
  readonly kind: FaultKind
}

export class InjectedFault extends Error {
  override readonly name = 'InjectedFault'
}

/** An engine that does what it is told, until one call. */
export class FailingEngine implements Engine {
  readonly name: string
  readonly traits: Engine['traits']
  /** How often each call was made. */
  readonly calls = new Map<CallName, number>()
  /** Resolves when it has died; then the store is free for another. */
  readonly died: Promise<void>
  /** Whether the fault has come to pass. */
  hasFailed = false
  #alive = true
  #die = (): void => {}

  constructor(
    private readonly inner: Engine,
    private readonly fault: Fault | undefined,
  ) {
    this.name = inner.name
    this.traits = inner.traits
    this.died = new Promise<void>((resolve) => (this.#die = resolve)).then(() => this.inner.close())
  }

  get alive(): boolean {
    return this.#alive
  }

  open(host: EngineHost): Promise<void> {
    return this.inner.open(this.#heardWhileAlive(host))
  }
  async close(): Promise<void> {
    if (this.#alive) await this.inner.close()
  }

  insert: Engine['insert'] = (...given) => this.#call('insert', () => this.inner.insert(...given))
  claim: Engine['claim'] = (...given) => this.#call('claim', () => this.inner.claim(...given))
  amend: Engine['amend'] = (...given) => this.#call('amend', () => this.inner.amend(...given))
  settle: Engine['settle'] = (...given) => this.#call('settle', () => this.inner.settle(...given))
  renew: Engine['renew'] = (...given) => this.#call('renew', () => this.inner.renew(...given))
  requestCancel: Engine['requestCancel'] = (...given) =>
    this.#call('requestCancel', () => this.inner.requestCancel(...given))
  update: Engine['update'] = (...given) => this.#call('update', () => this.inner.update(...given))
  remove: Engine['remove'] = (...given) => this.#call('remove', () => this.inner.remove(...given))
  sweep: Engine['sweep'] = () => this.#call('sweep', () => this.inner.sweep())
  get: Engine['get'] = (...given) => this.#call('get', () => this.inner.get(...given))
  recall: Engine['recall'] = (...given) => this.#call('recall', () => this.inner.recall(...given))
  list: Engine['list'] = (...given) => this.#call('list', () => this.inner.list(...given))
  count: Engine['count'] = (...given) => this.#call('count', () => this.inner.count(...given))
  readOutput: Engine['readOutput'] = (...given) =>
    this.#call('readOutput', () => this.inner.readOutput(...given))
  operations: Engine['operations'] = () => this.#call('operations', () => this.inner.operations())
  pause: Engine['pause'] = (...given) => this.#call('pause', () => this.inner.pause(...given))
  limit: Engine['limit'] = (...given) => this.#call('limit', () => this.inner.limit(...given))
  describe: Engine['describe'] = (...given) => this.#call('describe', () => this.inner.describe(...given))
  watch: Engine['watch'] = (...given) => this.#call('watch', () => this.inner.watch(...given))
  recentEvents: Engine['recentEvents'] = (...given) =>
    this.#call('recentEvents', () => this.inner.recentEvents(...given))
  schedules: Engine['schedules'] = () => this.#call('schedules', () => this.inner.schedules())
  putSchedule: Engine['putSchedule'] = (...given) =>
    this.#call('putSchedule', () => this.inner.putSchedule(...given))
  removeSchedule: Engine['removeSchedule'] = (...given) =>
    this.#call('removeSchedule', () => this.inner.removeSchedule(...given))
  fire: Engine['fire'] = (...given) => this.#call('fire', () => this.inner.fire(...given))
  announce: Engine['announce'] = (...given) => this.#call('announce', () => this.inner.announce(...given))
  dismiss: Engine['dismiss'] = (...given) => this.#call('dismiss', () => this.inner.dismiss(...given))
  workers: Engine['workers'] = () => this.#call('workers', () => this.inner.workers())
  setWorker: Engine['setWorker'] = (...given) => this.#call('setWorker', () => this.inner.setWorker(...given))

  async #call<T>(call: CallName, act: () => Promise<T>): Promise<T> {
    if (!this.#alive) return forever()
    const nth = (this.calls.get(call) ?? 0) + 1
    this.calls.set(call, nth)
    const { fault } = this
    if (fault?.call !== call || fault.nth !== nth) return this.#answered(act())
    this.hasFailed = true
    if (fault.kind === 'throws before') throw new InjectedFault(`${call} was not heard`)
    if (fault.kind === 'dies before') return this.#dead()
    await act()
    if (fault.kind === 'dies after') return this.#dead()
    throw new InjectedFault(`the answer to ${call} was lost`)
  }

  /** What the store still answers to somebody who has died meanwhile, he does not hear. */
  async #answered<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await answer
      return this.#alive ? value : await forever()
    } catch (error) {
      if (this.#alive) throw error
      return forever()
    }
  }

  #dead(): Promise<never> {
    this.#alive = false
    this.#die()
    return forever()
  }

  #heardWhileAlive(host: EngineHost): EngineHost {
    const whileAlive =
      <A extends readonly unknown[]>(tell: (...told: A) => void) =>
      (...told: A): void => {
        if (this.#alive) tell(...told)
      }
    return {
      clock: host.clock,
      logger: host.logger,
      rules: host.rules,
      listening: () => this.#alive && host.listening(),
      changed: whileAlive((events) => host.changed(events)),
      ready: whileAlive(() => host.ready()),
      signal: whileAlive((orders) => host.signal(orders)),
      appended: whileAlive((id, stream) => host.appended(id, stream)),
      due: whileAlive((inMs) => host.due(inMs)),
      unfinished: whileAlive((any) => host.unfinished(any)),
      mode: whileAlive((mode) => host.mode(mode)),
      rescheduled: whileAlive(() => host.rescheduled()),
      missed: whileAlive((what) => host.missed(what)),
    }
  }
}

function forever(): Promise<never> {
  return new Promise<never>(() => {})
}
