import type { Duration } from './duration.ts'
import type { Workspace } from './files.ts'
import type { Json } from './json.ts'
import type { Logger, LogLevel } from './logger.ts'
import type { OutputDraft, OutputPage, OutputQuery, OutputStream } from './output.ts'
import type { RetryOptions } from './retry.ts'
import type { EndState } from './states.ts'
import type { Progress, Task, WaitingFor } from './task.ts'
import type { CreateOptions, CreateResult, Subject } from './manager.ts'

/** A JSON Schema (draft 2020-12). */
export interface JsonSchema {
  readonly [keyword: string]: unknown
}

/** The arguments that a schema describes: a TypeBox schema tells its type, a plain JSON Schema tells nothing. */
// oxlint-disable-next-line typescript/no-explicit-any -- an untyped schema leaves its arguments to the animator
export type ArgsOf<Schema> = Schema extends { readonly static: infer Args } ? Args : any

/** What the host registers for an operation. */
export interface Animator<Schema = JsonSchema, Result = unknown> {
  /** One line for lists and forms. */
  readonly summary?: string
  /** More, in Markdown, for the API document. */
  readonly description?: string
  /**
   * JSON Schema (2020-12) of the arguments, which are always an object. Without it any JSON object is taken.
   * What it marks `writeOnly: true` is a secret: the run sees it, whoever looks at the task does not.
   */
  readonly args?: Schema
  /**
   * A second check, after the schema; throw {@link InvalidArguments} to refuse. May be async. It may not change `args`.
   */
  validate?(args: ArgsOf<Schema>, context: { readonly subject: Subject | undefined }): void | Promise<void>
  /**
   * Does the work. What it returns (JSON) becomes the task's result; what it throws, its error. The place is that of the
   * manager whose task it is: an animator may be registered with several.
   */
  run(ops: TaskOps<ArgsOf<Schema>>, place: AnimatorPlace): Result | Promise<Result>
  /**
   * Called once, when the manager is open. What it throws is logged. Runs may begin meanwhile: an animator that has to
   * be ready for them lets them wait.
   */
  open?(place: AnimatorPlace): void | Promise<void>
  /**
   * Lets go of what its runs shared, such as connections. Called once, when the manager closes, after the last run has
   * settled or was abandoned; `close` of the manager waits for it as long as its grace lasts, and five seconds at least.
   * What it throws is logged.
   */
  close?(): void | Promise<void>
  /**
   * Whether its runs have working directories: creations may bring files along, and `ops.workspace()` answers. The manager
   * must have a store for them (`files`) where its engine outlives the process. False by default.
   */
  readonly files?: boolean
  /** The most runs at once in this manager; only the manager's own limit by default. */
  readonly concurrency?: number
  /**
   * The most runs at once in all managers that share the engine together; no such limit by default. What
   * `setConcurrency` sets goes before.
   */
  readonly totalConcurrency?: number
  /**
   * What becomes of a task whose process died, or lost its hold on it, on engines that outlive the process: `retry` (the
   * default) tries again, ten times at most, `{ limit }` so many times at most, `fail` ends it as FAILED. The reason is
   * `interrupted`.
   */
  readonly onInterrupt?: 'retry' | 'fail' | { readonly limit: number }
  /** How long one run may take; no limit by default. */
  readonly timeout?: Duration
  /** Whether and when a run that failed is tried again; not by default. */
  readonly retry?: RetryOptions
  /** How long a task is kept after its end; the manager's `purgeDelay` by default. */
  readonly retain?: Duration
  /** How long a canceled or timed-out run may take to stop before it is abandoned; `'30s'` by default. */
  readonly cancelGrace?: Duration
}

/** Where an animator is: the manager that opens it and whose tasks it runs, always the same object for one manager. */
export interface AnimatorPlace {
  readonly logger: Logger
  /** Folder in which runs of this machine noted their processes; undefined where nothing outlives the service. */
  readonly running: string | undefined
  /** Whether tasks outlive the service: then it, or another one that shares the engine, goes on with them when it was killed. */
  readonly durable: boolean
  /**
   * A task of any operation as it is now, its secrets redacted, for those who have kept something for it; undefined where there is
   * none any more.
   * @throws {MajordomoError} `engine-unavailable`
   */
  get(id: string): Promise<Task | undefined>
  /**
   * What the animators of this manager have in common, such as connections, or a process that works for all of them: made
   * when it is first asked for, and the same for whoever asks with the same function. It may be a promise. Its `close()`,
   * where it has one, is called as the manager closes, after the last run and after `close` of all animators; the manager
   * waits for it for as long again as for them. What that throws is logged.
   * @example const pool = place.shared(connections) // function connections({ logger }: AnimatorPlace) { … }
   * @throws {MajordomoError} `manager-closed` once what is shared is being closed; and what `make` throws: it is called again
   *   then for whoever asks next
   */
  shared<T>(make: (place: AnimatorPlace) => T): T
}

/** Detail of a state that a run sets itself. */
export interface StateDetail {
  readonly message?: string
  readonly result?: unknown
  readonly error?: unknown
}

/** What `ops.setProgress` takes; `percent` follows from `done` and `total` when it is left out. */
export type ProgressUpdate = Omit<Progress, 'time'>

/** What a run is given. It is bound to one attempt of one task; after its end every write is refused. */
export interface TaskOps<Args = Json> {
  readonly id: string
  readonly args: Args
  /** Which try this is, from 1. */
  readonly attempt: number
  /** A token that no other claim ever has, for fencing writes to other systems. */
  readonly lease: string
  /** The task as this run knows it. */
  get(): Task<Args>
  /**
   * Sets the task's state. A terminal state ends the run at once: the call throws to unwind the run, and even an
   * animator that catches it can write nothing more.
   */
  setState(state: EndState, detail?: StateDetail): never
  /** Tells what the run waits for, or that it goes on; the slot stays taken (see {@link TaskOps.waitFor}). */
  setState(
    state: 'ACTIVE' | 'WAITING',
    detail?: { readonly message?: string; readonly waitingFor?: WaitingReason },
  ): void
  /** Tells how far the run is. Cheap: calls are coalesced and the last one wins. */
  setProgress(progress: ProgressUpdate): void
  /** True as soon as the run should stop, for whatever reason; the same as `signal.aborted`, without the cost of a signal. */
  isCanceled(): boolean
  /**
   * True once the manager is closing and the task goes on after it, in its next run: a run of many steps should begin no more
   * of them, let those end that it has begun, and throw a `ShutDown`, which gives the task back. Never true on
   * engines that forget their tasks: there the grace of `close` is for finishing.
   */
  shouldYield(): boolean
  /** Aborts when the run should stop; its `reason` is one of the classes in `RunAborted`. Made when first read. */
  readonly signal: AbortSignal
  /** Adds a line to the task's `log` output. */
  log(level: LogLevel, message: string, fields?: Record<string, unknown>): void
  /** A writer to one of the task's output streams. */
  output(stream: RunStream): OutputWriter
  /**
   * The working directory of the task, made when it is first asked for. It is removed with the task.
   * @throws {MajordomoError} `invalid-option` for an animator that does not say `files: true`, `lease-lost` after the run's
   *   end, `storage-full`
   */
  workspace(): Promise<Workspace>
  /**
   * A secret with which whoever holds it may tell progress of this task (`report` of the manager, `POST …/progress`), until
   * this run ends. The same one each time.
   * @param given one that an earlier attempt handed out, to be accepted by this run as well
   * @throws {MajordomoError} `lease-lost` after the run's end
   */
  token(given?: string): string
  /**
   * Resolves when all that this run has told so far (output, progress) is stored, and the run still held the task then.
   * For a run that should tell no faster than is stored, and before a step that must not be done twice. Calls that come
   * while a write is under way share the next one.
   * @throws {MajordomoError} `lease-lost` when the run no longer holds the task
   */
  flush(): Promise<void>
  /**
   * Notes where the run is, for the next attempt of the same task: at most 64 KiB of JSON, and the last one wins.
   * Resolves when it is stored, and with it all that the run has told before, as {@link TaskOps.flush}; on durable
   * engines it is then on disk, or wherever they keep what lasts. Of many at once only the last is written. Whoever may
   * view the task reads it as the output stream `checkpoint`, so it should hold no secrets.
   * @throws {MajordomoError} `invalid-arguments` for what is not JSON or too large, `lease-lost` as `flush`
   */
  checkpoint(data: Json): Promise<void>
  /**
   * What this attempt, or else an earlier one of the same task, last gave to {@link TaskOps.checkpoint}; undefined when
   * none did.
   * @throws {MajordomoError} `lease-lost` when the run no longer holds the task
   */
  lastCheckpoint(): Promise<Json | undefined>
  /**
   * A page of the task's own output: of earlier attempts, and what this run has told so far.
   * @throws {MajordomoError} `invalid-option` naming the field, `lease-lost` when the run no longer holds the task
   */
  readOutput(query: OutputQuery): Promise<OutputPage>
  /**
   * Creates a child task, on behalf of whoever created this one. With a `name` it is found again when the run is tried
   * again.
   */
  create(operation: string, args?: unknown, options?: CreateOptions): Promise<CreateResult>
  /**
   * WAITING until `what` settles: frees the slot meanwhile and stops the timeout's clock. Without a promise it waits
   * for somebody to set the task ACTIVE from outside.
   */
  waitFor(why: 'action'): Promise<void>
  waitFor<T>(why: WaitingReason, what: Promise<T>): Promise<T>
}

export type WaitingReason = Extract<WaitingFor, 'action' | 'resource' | 'children' | 'time'>

/** The streams that a run writes entry by entry; `checkpoint` has its own call. */
export type RunStream = Exclude<OutputStream, 'checkpoint'>

export interface OutputWriter {
  /** Appends a text, or any JSON value as data. Refused silently after the run's end. */
  write(entry: string | Omit<OutputDraft, 'stream'>): void
  /**
   * Appends data that the run has made for it and keeps nothing of: it is checked and frozen in place, where `write` takes
   * a copy. For tens of thousands of items a second. It must be plain objects and arrays without getters, and nothing
   * in it `undefined`.
   * @throws {MajordomoError} `invalid-arguments` naming the place that is not JSON
   */
  give(data: unknown): void
}
