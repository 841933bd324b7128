import type { Engine, Outcome, Settlement } from '../engine/contract.ts'
import type { Run } from './run.ts'

interface End {
  readonly run: Run
  readonly settlement: Settlement
  readonly stopped: boolean
}

/** The one place where runs leave their tasks. The ends of one turn are settled together. */
export class Settler {
  readonly #engine: Engine
  readonly #persist: <T>(what: string, call: () => Promise<T>) => Promise<T>
  readonly #settled: (runs: readonly Run[]) => void
  #ends: End[] = []
  #flushing: Promise<void> = Promise.resolve()

  /** @param settled told of runs whose functions are done, when the engine knows */
  constructor(
    engine: Engine,
    persist: <T>(what: string, call: () => Promise<T>) => Promise<T>,
    settled: (runs: readonly Run[]) => void,
  ) {
    this.#engine = engine
    this.#persist = persist
    this.#settled = settled
  }

  /** @param stopped whether the run's function is done, so that its slot is free */
  settle(run: Run, outcome: Outcome, stopped: boolean): void {
    if (run.writing === undefined) this.#add(run, outcome, stopped)
    else void run.writing.then(() => this.#add(run, outcome, stopped))
  }

  #add(run: Run, outcome: Outcome, stopped: boolean): void {
    if (this.#ends.push({ run, settlement: settlementOf(run, outcome), stopped }) > 1) return
    queueMicrotask(() => {
      this.#flushing = this.#flush()
    })
  }

  /** When all that was to be settled so far is. */
  async drained(): Promise<void> {
    do await this.#flushing
    while (this.#ends.length > 0)
  }

  async #flush(): Promise<void> {
    const ends = this.#ends
    this.#ends = []
    const settlements = ends.map(({ settlement }) => settlement)
    try {
      await this.#persist('settle runs', () => this.#engine.settle(settlements))
    } catch {
      // Told already; the manager is closed, and a durable engine will take the tasks back by their leases.
    }
    this.#settled(ends.filter(({ stopped }) => stopped).map(({ run }) => run))
  }
}

function settlementOf(run: Run, outcome: Outcome): Settlement {
  const { progress, claim } = run
  const output = run.output?.take()
  run.progress = undefined
  return { id: claim.id, lease: claim.lease, outcome, progress, output }
}
