import type {
  OutputWriter,
  ProgressUpdate,
  StateDetail,
  TaskOps,
  WaitingReason,
  RunStream,
} from '../core/animator.ts'
import { MajordomoError, invalidOption } from '../core/errors.ts'
import type { Workspace } from '../core/files.ts'
import { frozenJson, givenJson, NotJson, type Json } from '../core/json.ts'
import type { LogLevel } from '../core/logger.ts'
import type { CreateOptions, CreateResult } from '../core/manager.ts'
import { OUTPUT_STREAMS, type OutputDraft, type OutputPage, type OutputQuery } from '../core/output.ts'
import { isEnded, TASK_STATES, type EndState, type TaskState } from '../core/states.ts'
import type { Task } from '../core/task.ts'
import type { TaskStore } from '../engine/contract.ts'
import { outputQuery } from './queries.ts'
import type { Run } from './run.ts'

/** What the ops of a run ask of the manager. */
export interface RunOffice {
  /** Runs should begin nothing more, because their tasks go on after this manager. */
  readonly yields: boolean
  now(): number
  /** The run has progress or output to write. */
  touch(run: Run): void
  flush(run: Run): Promise<void>
  readOutput(run: Run, query: Parameters<TaskStore['readOutput']>[1]): Promise<OutputPage>
  /** The run sets its own end; throws to unwind it. */
  endByRun(run: Run, state: EndState, detail: StateDetail): never
  enter(
    run: Run,
    state: 'ACTIVE' | 'WAITING',
    detail: { message?: string; waitingFor?: WaitingReason },
  ): Promise<void>
  waitFor<T>(run: Run, why: WaitingReason, what: Promise<T>): Promise<T>
  /** Refused once the run is over. */
  create(run: Run, operation: string, args: unknown, options: CreateOptions): Promise<CreateResult>
  workspace(run: Run): Promise<Workspace>
  token(run: Run, given: string | undefined): string
}

const LONGEST_LINE = 65_536
/** Of one entry of output, in characters of JSON. */
const LARGEST_DATA = 1_048_576
/** Of a checkpoint: it is written over and over. */
const LARGEST_CHECKPOINT = 65_536
const RUN_STREAMS = OUTPUT_STREAMS.filter((stream) => stream !== 'checkpoint')

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

  shouldYield(): boolean {
    return this.#office.yields
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

  output(stream: RunStream): OutputWriter {
    if (!RUN_STREAMS.includes(stream))
      throw invalidOption('stream', `one of ${RUN_STREAMS.join(', ')}`, stream)
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
      give: (data) => append(this.#run, this.#office, { stream, data: givenJson(data, LARGEST_DATA) }),
    }
  }

  async workspace(): Promise<Workspace> {
    const { claim, operation, over } = this.#run
    if (!operation.files)
      throw invalidOption(
        `${claim.task.operation}.files`,
        'true: its runs ask for a working directory',
        false,
      )
    if (over) throw new MajordomoError('lease-lost')
    return this.#office.workspace(this.#run)
  }

  token(given?: string): string {
    if (this.#run.over) throw new MajordomoError('lease-lost')
    return this.#office.token(this.#run, given)
  }

  flush(): Promise<void> {
    return unheard(this.#office.flush(this.#run))
  }

  checkpoint(data: Json): Promise<void> {
    return unheard(noted(this.#run, this.#office, data))
  }

  async lastCheckpoint(): Promise<Json | undefined> {
    const last = { stream: 'checkpoint', after: 0, tail: 1, limit: 1 } as const
    return (await this.#office.readOutput(this.#run, last)).items[0]?.data
  }

  async readOutput(query: OutputQuery): Promise<OutputPage> {
    return this.#office.readOutput(this.#run, outputQuery(query))
  }

  async create(operation: string, args: unknown = {}, options: CreateOptions = {}): Promise<CreateResult> {
    const { createdBy } = this.#run.claim.task
    const subject = createdBy === undefined ? {} : { subject: createdBy }
    return this.#office.create(this.#run, operation, args, { ...subject, ...options, parentId: this.id })
  }

  waitFor(why: 'action'): Promise<void>
  waitFor<T>(why: WaitingReason, what: Promise<T>): Promise<T>
  async waitFor(why: WaitingReason, what?: Promise<unknown>): Promise<unknown> {
    if (what !== undefined) void unheard(what)
    if (this.#run.over) throw new MajordomoError('lease-lost')
    return this.#office.waitFor(this.#run, why, what ?? this.#run.resumed())
  }
}

/** It may reject while nobody listens yet, or any more, and that must not end the process. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

// Not private methods: those leave a mark on every instance, which a small run would notice.

/** The copy is made at once: whatever the caller changes later is not meant. */
async function noted(run: Run, office: RunOffice, data: Json): Promise<void> {
  append(run, office, { stream: 'checkpoint', data: frozenJson(data, LARGEST_CHECKPOINT) })
  await office.flush(run)
}

function append(run: Run, office: RunOffice, entry: OutputDraft): void {
  if (run.over) return
  run.pending().add(entry)
  office.touch(run)
}

/** Runs tell it after each small step, so it is put together property by property: spreads cost ten times as much. */
function checked({ percent, done, total, message }: ProgressUpdate): ProgressUpdate {
  const progress: { -readonly [name in keyof ProgressUpdate]: ProgressUpdate[name] } = {}
  if (percent !== undefined) progress.percent = amount('percent', percent)
  else if (done !== undefined && total !== undefined) progress.percent = share(done, total)
  if (done !== undefined) progress.done = amount('done', done)
  if (total !== undefined) progress.total = amount('total', total)
  if (percent !== undefined && percent > 100)
    throw invalidOption('progress.percent', 'a number from 0 to 100', percent)
  if (message !== undefined) progress.message = clipped(String(message))
  return progress
}

/** Numbers that are none would make progress that cannot be shown or stored. */
function amount(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw invalidOption(`progress.${name}`, 'a number >= 0', value)
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
