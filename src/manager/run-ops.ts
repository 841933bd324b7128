import type { OutputWriter, ProgressUpdate, StateDetail, TaskOps, WaitingReason } from '../core/animator.ts'
import { MajordomoError, invalidOption } from '../core/errors.ts'
import { frozenJson, NotJson, type Json } from '../core/json.ts'
import type { LogLevel } from '../core/logger.ts'
import type { CreateOptions, CreateResult } from '../core/manager.ts'
import { OUTPUT_STREAMS, type OutputDraft, type OutputStream } from '../core/output.ts'
import { isEnded, TASK_STATES, type EndState, type TaskState } from '../core/states.ts'
import type { Task } from '../core/task.ts'
import type { Run } from './run.ts'

/** What the ops of a run ask of the manager. */
export interface RunOffice {
  now(): number
  /** The run has progress or output to write. */
  touch(run: Run): void
  /** The run sets its own end; throws to unwind it. */
  endByRun(run: Run, state: EndState, detail: StateDetail): never
  enter(
    run: Run,
    state: 'ACTIVE' | 'WAITING',
    detail: { message?: string; waitingFor?: WaitingReason },
  ): Promise<void>
  waitFor<T>(run: Run, why: WaitingReason, what: Promise<T>): Promise<T>
  create(operation: string, args: unknown, options: CreateOptions): Promise<CreateResult>
}

const LONGEST_LINE = 65_536
/** Of one entry of output, in characters of JSON. */
const LARGEST_DATA = 1_048_576
const PROGRESS = ['percent', 'done', 'total']

/** The face of a run that its animator sees. */
export class RunOps implements TaskOps {
  readonly #run: Run
  readonly #office: RunOffice

  constructor(run: Run, office: RunOffice) {
    this.#run = run
    this.#office = office
  }

  get id(): string {
    return this.#run.claim.id
  }
  get args(): Json {
    return this.#run.claim.task.args
  }
  get attempt(): number {
    return this.#run.claim.task.attempt
  }
  get lease(): string {
    return this.#run.claim.lease
  }
  get signal(): AbortSignal {
    return this.#run.signal
  }

  get(): Task {
    return this.#run.view(() => this.#office.now())
  }

  isCanceled(): boolean {
    return this.#run.abortReason !== undefined
  }

  setState(state: EndState, detail?: StateDetail): never
  setState(
    state: 'ACTIVE' | 'WAITING',
    detail?: { readonly message?: string; readonly waitingFor?: WaitingReason },
  ): void
  setState(state: TaskState, detail: StateDetail & { readonly waitingFor?: WaitingReason } = {}): void {
    if (!TASK_STATES.includes(state) || state === 'NEW') {
      throw invalidOption(
        'state',
        `one of ${TASK_STATES.filter((other) => other !== 'NEW').join(', ')}`,
        state,
      )
    }
    if (isEnded(state)) this.#office.endByRun(this.#run, state, detail)
    else if (!this.#run.over) void this.#office.enter(this.#run, state, detail)
  }

  setProgress(progress: ProgressUpdate): void {
    if (this.#run.over) return
    this.#run.progress = checked(progress)
    this.#office.touch(this.#run)
  }

  log(level: LogLevel, message: string, fields?: Record<string, unknown>): void {
    append(this.#run, this.#office, {
      stream: 'log',
      level,
      text: clipped(String(message)),
      ...(fields === undefined ? {} : { data: shownFields(fields) }),
    })
  }

  output(stream: OutputStream): OutputWriter {
    if (!OUTPUT_STREAMS.includes(stream))
      throw invalidOption('stream', `one of ${OUTPUT_STREAMS.join(', ')}`, stream)
    return {
      write: (entry) => {
        if (typeof entry === 'string')
          return append(this.#run, this.#office, { stream, text: clipped(entry) })
        const { text, data, level } = entry
        const parts = {
          ...(text === undefined ? {} : { text: clipped(text) }),
          ...(data === undefined ? {} : { data: frozenJson(data, LARGEST_DATA) }),
        }
        append(this.#run, this.#office, { stream, ...parts, ...(level === undefined ? {} : { level }) })
      },
    }
  }

  async create(operation: string, args: unknown = {}, options: CreateOptions = {}): Promise<CreateResult> {
    if (this.#run.over) throw new MajordomoError('lease-lost')
    const { createdBy } = this.#run.claim.task
    const subject = createdBy === undefined ? {} : { subject: createdBy }
    return this.#office.create(operation, args, { ...subject, ...options, parentId: this.id })
  }

  waitFor(why: 'action'): Promise<void>
  waitFor<T>(why: WaitingReason, what: Promise<T>): Promise<T>
  async waitFor(why: WaitingReason, what?: Promise<unknown>): Promise<unknown> {
    // It may reject while nobody listens yet, or any more, and that must not end the process.
    what?.catch(() => {})
    if (this.#run.over) throw new MajordomoError('lease-lost')
    return this.#office.waitFor(this.#run, why, what ?? this.#run.resumed())
  }
}

/** Not a private method: those leave a mark on every instance, which a small run would notice. */
function append(run: Run, office: RunOffice, entry: OutputDraft): void {
  if (run.over) return
  run.pending().add(entry)
  office.touch(run)
}

/** Numbers that are none would make progress that cannot be shown or stored. */
function checked(progress: ProgressUpdate): ProgressUpdate {
  const values = progress as Record<string, unknown>
  for (const name of PROGRESS) {
    const value = values[name]
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value) && value >= 0))
      throw invalidOption(`progress.${name}`, 'a number >= 0', value)
  }
  const { done, total, message } = progress
  const percent =
    progress.percent ?? (done !== undefined && total !== undefined ? share(done, total) : undefined)
  if (percent !== undefined && percent > 100)
    throw invalidOption('progress.percent', 'a number from 0 to 100', percent)
  return {
    ...(percent === undefined ? {} : { percent }),
    ...(done === undefined ? {} : { done }),
    ...(total === undefined ? {} : { total }),
    ...(message === undefined ? {} : { message: clipped(String(message)) }),
  }
}

/** To one decimal place; a total of nothing is done. */
function share(done: number, total: number): number {
  return total === 0 ? 100 : Math.min(100, Math.floor((1000 * done) / total) / 10)
}

function shownFields(fields: Record<string, unknown>): Json {
  try {
    return frozenJson(fields, LONGEST_LINE)
  } catch (error) {
    if (error instanceof NotJson) return { note: `the fields of this line cannot be kept: ${error.message}` }
    throw error
  }
}

function clipped(text: string): string {
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text
}
