import type { Clock } from '../../core/clock.ts'
import type { TaskEvent } from '../../core/events.ts'
import type { Logger } from '../../core/logger.ts'
import type { OutputStream } from '../../core/output.ts'
import type { EngineHost, EngineRules, RunOrder, WorkerMode } from '../../engine/contract.ts'
import { Witness } from './witness.ts'

/** A host that keeps all that the engine tells it. */
export class RecordingHost implements EngineHost {
  readonly clock: Clock
  readonly rules: EngineRules
  readonly witness: Witness
  readonly events: TaskEvent[] = []
  readonly orders: RunOrder[] = []
  readonly grown: { readonly id: string; readonly stream: OutputStream }[] = []
  /** What `unfinished` was told, in order. */
  readonly unfinishedCalls: boolean[] = []
  /** When `sweep` is wanted. */
  nextSweep: number | undefined
  readyCalls = 0
  isListening = true
  readonly modes: WorkerMode[] = []
  rescheduledCalls = 0
  readonly missedCalls: ('events' | 'output')[] = []
  readonly #waiters = new Set<() => void>()

  /** @param fromTheStart whether the store was empty, so that no task is told of that was not created meanwhile */
  constructor(clock: Clock, rules: EngineRules, fromTheStart: boolean) {
    this.clock = clock
    this.rules = rules
    this.witness = new Witness(fromTheStart)
  }

  readonly logger: Logger = {
    error: (message) => this.witness.faults.push(`the engine logged an error: ${message}`),
    warn: () => {},
    info: () => {},
    debug: () => {},
  }

  listening(): boolean {
    return this.isListening
  }

  changed(events: readonly TaskEvent[]): void {
    if (!this.isListening) return
    this.witness.see(events)
    this.events.push(...events)
    this.#told()
  }

  ready(): void {
    this.readyCalls++
    this.#told()
  }

  signal(orders: readonly RunOrder[]): void {
    this.orders.push(...orders)
    this.#told()
  }

  appended(id: string, stream: OutputStream): void {
    this.grown.push({ id, stream })
    this.#told()
  }

  due(inMs: number): void {
    const time = this.clock.now() + inMs
    if (this.nextSweep === undefined || time < this.nextSweep) this.nextSweep = time
    this.#told()
  }

  mode(mode: WorkerMode): void {
    this.modes.push(mode)
    this.#told()
  }

  rescheduled(): void {
    this.rescheduledCalls++
    this.#told()
  }

  missed(what: 'events' | 'output'): void {
    this.missedCalls.push(what)
    this.#told()
  }

  unfinished(any: boolean): void {
    this.unfinishedCalls.push(any)
    this.#told()
  }

  /** Calls back each time the engine has told something; answers how to stop that. */
  whenTold(look: () => void): () => void {
    this.#waiters.add(look)
    return () => this.#waiters.delete(look)
  }

  #told(): void {
    for (const look of this.#waiters) look()
  }
}
