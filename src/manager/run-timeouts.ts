import { TimedOut } from '../core/aborts.ts'
import { readable } from '../core/duration.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Run } from './run.ts'

/** The clocks of runs that have a timeout. They stand still while a run waits. */
export class RunTimeouts {
  constructor(
    private readonly deadlines: Deadlines,
    private readonly timedOut: (run: Run, reason: TimedOut) => void,
  ) {}

  /** From now on, where the run has one at all. */
  begin(run: Run): void {
    if (run.timeout !== undefined) this.#arm(run, run.timeout)
  }

  stop(run: Run): void {
    if (run.timeoutDeadline !== undefined)
      run.timeoutLeft = this.deadlines.clear(run.timeoutDeadline) ?? run.timeoutLeft
  }

  goOn(run: Run): void {
    if (run.timeoutLeft === undefined || run.over || run.abortReason !== undefined) return
    this.#arm(run, run.timeoutLeft)
    run.timeoutLeft = undefined
  }

  /** The run will never time out any more. */
  end(run: Run): void {
    if (run.timeoutDeadline !== undefined) this.deadlines.clear(run.timeoutDeadline)
  }

  #arm(run: Run, inMs: number): void {
    const text = `it took longer than ${readable(run.timeout!)}`
    run.timeoutDeadline ??= new Deadline(() => this.timedOut(run, new TimedOut(text)))
    this.deadlines.set(run.timeoutDeadline, inMs)
  }
}
