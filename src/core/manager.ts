import type { Animator, JsonSchema } from './animator.ts'
import type { Duration } from './duration.ts'
import type { MajordomoError } from './errors.ts'
import type { TaskEvent, TaskListener } from './events.ts'
import type { FilePage, FileQuery, OpenFile, Upload, UploadLimits } from './files.ts'
import type { Json } from './json.ts'
import type { Logger } from './logger.ts'
import type { OutputEntry, OutputPage, OutputQuery, OutputStream } from './output.ts'
import type { TaskPage, TaskQuery, TaskFilter } from './query.ts'
import type { Report } from './report.ts'
import type { RetryOptions } from './retry.ts'
import type { EndState, TaskState } from './states.ts'
import type { Task } from './task.ts'

/** Who asks: a name, or whatever the host knows of somebody, with an id that stays the same. */
export type Subject = string | { readonly id: string }

export function subjectId(subject: Subject | undefined): string | undefined {
  return typeof subject === 'object' ? subject.id : subject
}

/** What the task has to wait for before it may start. */
export interface Dependency {
  readonly id: string
  /** `success` (default): the other task must have SUCCEEDED or been SKIPPED; `end`: any end will do. */
  readonly on?: 'success' | 'end'
}

export interface CreateOptions {
  /** Higher goes first, -1000 to 1000; 0 by default. */
  readonly priority?: number
  readonly tags?: readonly string[]
  /** Not to be started before this time: a Date, epoch milliseconds or an RFC 3339 text. */
  readonly notBefore?: Date | number | string
  /** Not to be started before this long has passed. */
  readonly delay?: Duration
  /** Other tasks that have to end first. @throws `unknown-reference` for an id that does not exist */
  readonly after?: readonly (string | Dependency)[]
  /** `false`: wait until somebody sets the task ACTIVE. True by default. */
  readonly autoStart?: boolean
  /** How long it may wait in the queue before it FAILS as `expired`; without end by default. */
  readonly ttl?: Duration
  /** These three go before what the animator says. */
  readonly timeout?: Duration
  readonly retry?: RetryOptions
  readonly retain?: Duration
  /** At most one unfinished task per operation and key: the task that is there is answered, with `duplicate: true`. */
  readonly dedupKey?: string
  /** At most one task with this key runs at once. */
  readonly concurrencyKey?: string
  /**
   * Remembered 24 h per subject and operation: the same key with the same creation answers the first task. Files count by
   * their paths and contents.
   */
  readonly idempotencyKey?: string
  readonly parentId?: string
  /** Unique among the children of `parentId`: a second creation answers the first child. */
  readonly name?: string
  /** The most entries that the task may write to its `items` output; 100,000 by default. */
  readonly maxItems?: number
  /** On whose behalf: kept as `createdBy`, and told to the animator's `validate`. */
  readonly subject?: Subject
  /** What lies in the working directory from the start, from `upload()`. Gone when the creation is refused, or is a duplicate. */
  readonly files?: Upload
}

export interface CreateResult {
  readonly task: Task
  /** True when the task was there already (dedupKey, idempotencyKey, or a child's name). */
  readonly duplicate: boolean
}

/** One answer of `createMany`: the task, or why that one was refused. */
export type CreateOutcome = CreateResult | { readonly error: MajordomoError }

export interface NewTask {
  readonly operation: string
  readonly args?: unknown
  readonly options?: CreateOptions
}

/** Who does something to a task. */
export interface Actor {
  readonly subject?: Subject
}

/** Who does something to a task, and why. */
export interface Order extends Actor {
  /** 1 to 500 characters. */
  readonly reason?: string
}

/** A change of a task from outside. */
export interface TaskPatch {
  /**
   * `ACTIVE` starts a task that waits to be started, and resumes one that waits for action; an ended state ends the
   * task, and a run of it is superseded.
   */
  readonly state?: 'ACTIVE' | EndState
  /** For an ended state: why. */
  readonly message?: string
  /** For an ended state. */
  readonly result?: unknown
  readonly priority?: number
}

export interface UpdateOptions extends Actor {
  /** Refuse with `version-mismatch` unless the task is at this version. */
  readonly ifVersion?: number
}

export interface OperationInfo {
  readonly name: string
  readonly summary?: string
  readonly description?: string
  /** JSON Schema of the arguments. */
  readonly args?: JsonSchema
  readonly paused: boolean
  /** The most runs at once on all workers together, set at run time; absent where none was. */
  readonly concurrency?: number
  /** The most runs at once in this process; absent where only the manager's limit counts, and where it has no animator here. */
  readonly concurrencyHere?: number
  /** How many workers that are alive and running have an animator for it. */
  readonly workers: number
  /** How many tasks are kept, by state. */
  readonly counts: Readonly<Record<TaskState, number>>
}

/** When and how a task is made again and again. */
export interface ScheduleOptions extends Pick<
  CreateOptions,
  'priority' | 'tags' | 'ttl' | 'timeout' | 'retry' | 'retain' | 'concurrencyKey' | 'maxItems'
> {
  readonly operation: string
  readonly args?: unknown
  /**
   * Minute, hour, day of month, month, day of week (POSIX crontab), seconds before them where there are six; or
   * `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
   */
  readonly cron: string
  /** IANA name, such as `Europe/Zurich`; `'UTC'` by default. */
  readonly timeZone?: string
  /**
   * Ticks that came while nobody was there: `once` (default) makes one task for all of them, `all` one for each (the
   * last 100), `skip` none.
   */
  readonly missed?: 'skip' | 'once' | 'all'
  /**
   * A tick that comes before the task of the tick before has ended: `skip` (default) makes none, `queue` lets it wait,
   * `replace` cancels the one before, `allow` runs both.
   */
  readonly overlap?: 'allow' | 'skip' | 'queue' | 'replace'
  /** Makes no tasks while true; false by default. */
  readonly paused?: boolean
}

export interface Schedule {
  readonly name: string
  readonly operation: string
  /** Without what its operation's schema marks `writeOnly`. */
  readonly args: Json
  readonly cron: string
  readonly timeZone: string
  readonly missed: 'skip' | 'once' | 'all'
  readonly overlap: 'allow' | 'skip' | 'queue' | 'replace'
  readonly paused: boolean
  /** What else its tasks are created with, as it was given. */
  readonly options: Pick<
    ScheduleOptions,
    'priority' | 'tags' | 'ttl' | 'timeout' | 'retry' | 'retain' | 'concurrencyKey' | 'maxItems'
  >
  /** Starts at 1 and grows with each change, not with each tick. */
  readonly version: number
  /** Epoch milliseconds; absent while it is paused, or when no tick will ever come. */
  readonly nextAt?: number
  readonly lastAt?: number
  /** The task that the last tick made. */
  readonly lastTaskId?: string
  /** How many ticks made a task, and how many did not because of `overlap`. */
  readonly fired: number
  readonly skipped: number
  /** The id of the subject that stored it last, on whose behalf its tasks are created. */
  readonly createdBy?: string
  readonly createdAt: number
  readonly modifiedAt: number
}

/** A change of a schedule that leaves everything else as it is, its arguments and `createdBy` too. */
export interface SchedulePatch {
  readonly paused: boolean
}

export interface SetScheduleOptions extends Actor {
  /** Refuse with `version-mismatch` unless it is at this version; 0: unless there is none. */
  readonly ifVersion?: number
}

/** `draining`: claims no more; `drained`: and has no run left. */
export type WorkerActivity = 'running' | 'paused' | 'draining' | 'drained'

/** One process's manager, as the others see it. */
export interface Worker {
  readonly id: string
  readonly host: string
  readonly pid: number
  /** Of this package. */
  readonly version: string
  readonly state: WorkerActivity
  /** It takes only tasks all of whose tags are among these; absent: any task. */
  readonly tags?: readonly string[]
  readonly operations: readonly string[]
  readonly concurrency: number
  /** How many of its runs go on. */
  readonly running: number
  readonly startedAt: number
  readonly heartbeatAt: number
}

export interface SubscribeOptions {
  /** Only events of these operations. */
  readonly operations?: readonly string[]
  /** Called when the manager has closed, and nothing more will come. */
  readonly onClose?: () => void
  /**
   * Called when this process was cut off from an engine that it shares with others for so long that the listener will
   * never be told of some changes: look at everything again.
   */
  readonly onMissed?: () => void
}

export interface WaitOptions {
  /** Gives up waiting when it aborts; the task goes on. */
  readonly signal?: AbortSignal
  /** Answers the task as it is after this long; without end by default. */
  readonly timeout?: Duration
}

export interface FollowOptions {
  readonly stream: OutputStream
  readonly after?: number
  readonly tail?: number
  readonly signal?: AbortSignal
}

export interface CloseOptions {
  /** How long runs may go on by themselves before they are aborted; `'10s'` by default. */
  readonly grace?: Duration
}

export interface ManagerStatus {
  readonly state: 'idle' | 'opening' | 'open' | 'closing' | 'closed'
  /** Runs that go on now. */
  readonly running: number
  /** Runs that ignored their abort and go on although their task has ended. */
  readonly abandoned: number
}

/** What the REST layer and the built-in animators are handed: the whole public face of a manager. */
export interface TaskManager {
  /** Where it tells what went wrong; never throws. */
  readonly logger: Logger
  register<Schema, Result>(operation: string, animator: Animator<Schema, Result>): this
  open(): Promise<void>
  create(operation: string, args?: unknown, options?: CreateOptions): Promise<CreateResult>
  createMany(tasks: readonly NewTask[]): Promise<CreateOutcome[]>
  get(id: string): Promise<Task>
  list(query?: TaskQuery): Promise<TaskPage>
  count(filter?: TaskFilter): Promise<number>
  cancel(id: string, order?: string | Order): Promise<Task>
  update(id: string, patch: TaskPatch, options?: UpdateOptions): Promise<Task>
  rerun(id: string, options?: Actor): Promise<CreateResult>
  delete(id: string, options?: { readonly force?: boolean } & Order): Promise<void>
  output(id: string, query: OutputQuery): Promise<OutputPage>
  follow(id: string, options: FollowOptions): AsyncIterableIterator<OutputEntry>
  followPages(id: string, options: FollowOptions): AsyncIterableIterator<OutputPage>
  files(id: string, query?: FileQuery): Promise<FilePage>
  openFile(id: string, path: string): Promise<OpenFile>
  archive(id: string): Promise<AsyncIterable<Uint8Array>>
  upload(limits?: Partial<UploadLimits>): Promise<Upload>
  report(id: string, token: string, report: Report): Promise<void>
  subscribe(listener: TaskListener, options?: SubscribeOptions): () => void
  waitFor(id: string, options?: WaitOptions): Promise<Task>
  operations(): Promise<OperationInfo[]>
  pause(operation: string): Promise<void>
  resume(operation: string): Promise<void>
  setConcurrency(operation: string, concurrency: number | undefined): Promise<void>
  schedules(): Promise<Schedule[]>
  getSchedule(name: string): Promise<Schedule>
  setSchedule(name: string, schedule: ScheduleOptions, options?: SetScheduleOptions): Promise<Schedule>
  updateSchedule(name: string, patch: SchedulePatch, options?: SetScheduleOptions): Promise<Schedule>
  deleteSchedule(name: string): Promise<void>
  runSchedule(name: string, options?: Actor): Promise<CreateResult>
  workers(): Promise<Worker[]>
  setWorker(id: string, state: 'running' | 'paused' | 'draining'): Promise<Worker>
  recentEvents(limit: number): Promise<TaskEvent[]>
  status(): ManagerStatus
  close(options?: CloseOptions): Promise<void>
}
