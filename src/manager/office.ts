import { Superseded, type RunAborted } from '../core/aborts.ts'
import type { StateDetail, WaitingReason } from '../core/animator.ts'
import { MajordomoError } from '../core/errors.ts'
import type { Workspace } from '../core/files.ts'
import type { CreateOptions, CreateResult } from '../core/manager.ts'
import type { OutputPage } from '../core/output.ts'
import type { EndState } from '../core/states.ts'
import type { TaskStore } from '../engine/contract.ts'
import { setByRun, type OutcomeRules } from './outcomes.ts'
import type { Recorder } from './recorder.ts'
import type { RunOffice } from './run-ops.ts'
import type { RunTimeouts } from './run-timeouts.ts'
import type { RunTokens } from './run-tokens.ts'
import type { Run } from './run.ts'
import type { Settler } from './settler.ts'
import type { Slots } from './slots.ts'
import type { TaskFiles } from './task-files.ts'

/** Unwinds a run that has set its own end. It never reaches a user: whatever the run throws by then does not count. */
class RunEnded extends Error {
  override readonly name = 'RunEnded'
}

export interface OfficeParts {
  readonly slots: Slots
  readonly recorder: Recorder
  readonly settler: Settler
  readonly rules: OutcomeRules
  readonly now: () => number
  readonly tokens: RunTokens
  readonly create: (operation: string, args: unknown, options: CreateOptions) => Promise<CreateResult>
  readonly files: TaskFiles
}

/** Does what runs ask for by their ops. */
export class Office implements RunOffice {
  constructor(
    private readonly parts: OfficeParts,
    private readonly runner: {
      readonly timeouts: RunTimeouts
      readonly yields: () => boolean
      readonly abort: (run: Run, reason: RunAborted) => void
    },
  ) {}

  get yields(): boolean {
    return this.runner.yields()
  }

  now(): number {
    return this.parts.now()
  }

  touch(run: Run): void {
    this.parts.recorder.touch(run)
  }

  flush(run: Run): Promise<void> {
    return this.parts.recorder.flush(run)
  }

  readOutput(run: Run, query: Parameters<TaskStore['readOutput']>[1]): Promise<OutputPage> {
    const read = (): Promise<OutputPage> => this.parts.recorder.read(run, query)
    return this.parts.files.readOutput(run.task, query, read)
  }

  endByRun(run: Run, state: EndState, detail: StateDetail): never {
    if (!run.over) {
      this.parts.settler.settle(run, setByRun(state, detail, this.parts.rules), false)
      run.over = true
      this.parts.recorder.forget(run)
      // Whatever the run has set off should stop with it.
      this.runner.abort(run, new Superseded(`the run has set itself ${state}`))
    }
    throw new RunEnded('this run has ended')
  }

  async enter(
    run: Run,
    state: 'ACTIVE' | 'WAITING',
    detail: { message?: string; waitingFor?: WaitingReason },
  ): Promise<void> {
    if (state === 'WAITING') this.runner.timeouts.stop(run)
    else this.runner.timeouts.goOn(run)
    await this.parts.recorder.write(run, { state, ...detail }).catch(() => {})
  }

  async waitFor<T>(run: Run, why: WaitingReason, what: Promise<T>): Promise<T> {
    const { slots } = this.parts
    await this.enter(run, 'WAITING', { waitingFor: why })
    slots.release(run)
    try {
      return await run.unlessAborted(what)
    } finally {
      if (run.abortReason === undefined) await slots.retake(run)
      else if (!run.stopped) slots.take(run)
      if (!run.over) await this.enter(run, 'ACTIVE', {})
    }
  }

  async create(run: Run, operation: string, args: unknown, options: CreateOptions): Promise<CreateResult> {
    if (run.over) {
      await this.parts.files.discard(options.files)
      throw new MajordomoError('lease-lost')
    }
    return this.parts.create(operation, args, options)
  }

  workspace(run: Run): Promise<Workspace> {
    return this.parts.files.workspace(run.claim.id)
  }

  token(run: Run, given?: string): string {
    return this.parts.tokens.of(run, given)
  }
}
