import { LeaseLost } from '../core/aborts.ts'
import type { InContext } from '../core/context.ts'
import { MajordomoError } from '../core/errors.ts'
import type { OutputPage } from '../core/output.ts'
import type { Task } from '../core/task.ts'
import type { Amendment, Engine, TaskStore } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Run } from './run.ts'

/** Progress and output are written at most this often, in ms; the last progress wins. */
const INTERVAL = 50

/** Writes what runs tell while they run: gathered over all runs, so that a flood of calls is a trickle of writes. */
export class Recorder {
  readonly #dirty = new Set<Run>()
  readonly #flush = new Deadline(() => this.#writeAll())
  readonly #engine: Engine
  readonly #deadlines: Deadlines
  readonly #now: () => number
  readonly #persist: <T>(what: string, call: () => Promise<T>) => Promise<T>
  readonly #lost: (run: Run) => void
  readonly #inContext: InContext
  #last = Number.NEGATIVE_INFINITY
  #soon: NodeJS.Immediate | undefined

  constructor(parts: {
    engine: Engine
    deadlines: Deadlines
    now: () => number
    persist: <T>(what: string, call: () => Promise<T>) => Promise<T>
    lost: (run: Run) => void
    inContext: InContext
  }) {
    this.#engine = parts.engine
    this.#deadlines = parts.deadlines
    this.#now = parts.now
    this.#persist = parts.persist
    this.#lost = parts.lost
    this.#inContext = parts.inContext
  }

  /** The run has something to write. */
  touch(run: Run): void {
    this.#dirty.add(run)
    if (this.#soon !== undefined || this.#flush.place >= 0) return
    const wait = this.#last + INTERVAL - this.#now()
    if (wait > 0) this.#deadlines.set(this.#flush, wait)
    else this.#soon = setImmediate(() => this.#inContext(() => this.#writeAll()))
  }

  /** The run is over: what it has not written goes with its end, or nowhere. */
  forget(run: Run): void {
    this.#dirty.delete(run)
  }

  /** Writes a change of state at once, with whatever the run has to write. */
  async write(
    run: Run,
    change: Pick<Amendment, 'state' | 'waitingFor' | 'message'> = {},
  ): Promise<Task | undefined> {
    this.#dirty.delete(run)
    const [task] = await this.#send([run], [{ ...this.#amendment(run), ...change }])
    return task
  }

  /**
   * Writes what the run has told so far. Those who ask while a write is under way share the next one: a run that asks
   * after each step costs the engine no more than it can take.
   * @throws {MajordomoError} `lease-lost` when the run does not hold its task any more
   */
  flush(run: Run): Promise<void> {
    return (run.flushing ??= this.#flushed(run))
  }

  async #flushed(run: Run): Promise<void> {
    await run.writing
    run.flushing = undefined
    // Also where there is nothing to write: that the task is still held is what some wait for.
    if (run.over || (await this.write(run)) === undefined) throw new MajordomoError('lease-lost')
  }

  /** A page of the output of the run's task, with what the run has told so far. */
  async read(run: Run, query: Parameters<TaskStore['readOutput']>[1]): Promise<OutputPage> {
    if (run.writing !== undefined || run.output?.isEmpty === false) await this.flush(run)
    const read = (): Promise<OutputPage | undefined> => this.#engine.readOutput(run.claim.id, query)
    const page = run.over ? undefined : await this.#persist('read what a run told', read)
    if (page === undefined) throw new MajordomoError('lease-lost')
    return page
  }

  #writeAll(): void {
    this.#soon = undefined
    this.#last = this.#now()
    const runs = [...this.#dirty]
    this.#dirty.clear()
    if (runs.length === 0) return
    const changes = runs.map((run) => this.#amendment(run))
    // It only fails once the manager is closed, and that has been told.
    this.#send(runs, changes).catch(() => {})
  }

  #amendment(run: Run): Amendment {
    const { claim, progress } = run
    const output = run.output?.take()
    run.progress = undefined
    if (progress !== undefined) run.task = run.withProgress(progress, this.#now())
    return {
      id: claim.id,
      lease: claim.lease,
      seq: ++run.amended,
      ...(progress === undefined ? {} : { progress }),
      ...(output === undefined ? {} : { output }),
    }
  }

  /** One after the other for each run, so that the engine sees a run's writes in their order. */
  async #send(runs: readonly Run[], changes: readonly Amendment[]): Promise<readonly (Task | undefined)[]> {
    const before = runs.map((run) => run.writing).filter((writing) => writing !== undefined)
    const sent = (async () => {
      if (before.length > 0) await Promise.allSettled(before)
      const tasks = await this.#persist('record what runs told', () => this.#engine.amend(changes))
      runs.forEach((run, i) => this.#heard(run, tasks[i]))
      return tasks
    })()
    const quiet = sent.catch(() => {})
    for (const run of runs) run.writing = quiet
    const tasks = await sent
    for (const run of runs) if (run.writing === quiet) run.writing = undefined
    return tasks
  }

  #heard(run: Run, task: Task | undefined): void {
    if (task !== undefined) run.task = task
    else if (!run.over) {
      run.abort(new LeaseLost('the task is no longer held by this run'))
      this.#lost(run)
    }
  }

  close(): void {
    clearImmediate(this.#soon)
    this.#soon = undefined
    this.#dirty.clear()
  }
}
