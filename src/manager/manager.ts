import type { Animator } from '../core/animator.ts'
import { MajordomoError } from '../core/errors.ts'
import type { TaskEvent, TaskListener } from '../core/events.ts'
import type {
  Actor,
  CloseOptions,
  CreateOptions,
  CreateOutcome,
  CreateResult,
  FollowOptions,
  ManagerStatus,
  NewTask,
  Order,
  SubscribeOptions,
  TaskManager,
  TaskPatch,
  UpdateOptions,
  WaitOptions,
} from '../core/manager.ts'
import type { FilePage, FileQuery, OpenFile, Upload, UploadLimits } from '../core/files.ts'
import type { Logger } from '../core/logger.ts'
import type { OutputEntry, OutputPage, OutputQuery } from '../core/output.ts'
import type { Report } from '../core/report.ts'
import type { TaskFilter, TaskPage, TaskQuery } from '../core/query.ts'
import { showable } from '../core/snapshot.ts'
import { isEnded } from '../core/states.ts'
import type { Task } from '../core/task.ts'
import type { Engine } from '../engine/contract.ts'
import { endTree } from './end-tree.ts'
import { House } from './house.ts'
import type { ManagerOptions } from './options.ts'
import { orderer } from './orders.ts'
import { outsideChange } from './outside-change.ts'
import { outputQuery, storeQuery, taskFilter } from './queries.ts'
import { found, notFound, refusal, unfinished } from './refusals.ts'
import { Steering } from './steering.ts'

/**
 * Coordinates the housekeeping of a service: registers an animator per operation, creates, runs, lists and cancels
 * tasks. Every method that takes an id throws {@link MajordomoError} `task-not-found` for one that is not there, and
 * `manager-closed` once the manager is closing.
 */
export class Manager extends Steering implements TaskManager, AsyncDisposable {
  /** @internal */
  protected readonly house: House

  constructor(options: ManagerOptions & { readonly engine: Engine }) {
    super()
    this.house = new House(options)
  }

  get logger(): Logger {
    return this.house.logger
  }

  /**
   * Tells the manager how tasks of an operation are checked and run. May be called at any time before the first such
   * task is created.
   * @throws {MajordomoError} `invalid-option` for an animator that does not fit, or a name that is taken
   */
  register<Schema, Result>(operation: string, animator: Animator<Schema, Result>): this {
    this.house.register(operation, animator as unknown as Animator)
    return this
  }

  /** Opens the engine. Everything that needs it open does so by itself; call it to see at start whether it can be. */
  async open(): Promise<void> {
    await this.house.engine()
  }

  /**
   * Stores a task; it runs as soon as there is a slot, and never before this has answered.
   * @throws {MajordomoError} `unsupported-operation`, `invalid-arguments` or `invalid-option` with every fault,
   *   `unknown-reference`, `idempotency-mismatch`, `queue-full`
   */
  async create(operation: string, args?: unknown, options?: CreateOptions): Promise<CreateResult> {
    const { files, intake } = this.house.parts
    try {
      this.house.refuseClosed()
    } catch (error) {
      await files.discard(options?.files)
      throw error
    }
    return intake.create(operation, args, options)
  }

  /** Stores many; answers each of them, in their order, by its task or by why it was refused. */
  async createMany(tasks: readonly NewTask[]): Promise<CreateOutcome[]> {
    const { files, intake } = this.house.parts
    try {
      this.house.refuseClosed()
    } catch (error) {
      for (const task of tasks) await files.discard(task?.options?.files)
      throw error
    }
    return intake.createMany(tasks)
  }

  async get(id: string): Promise<Task> {
    const engine = await this.house.engine()
    return showable(found(id, await engine.get(id)))
  }

  /** @throws {MajordomoError} `invalid-option` naming the field, `invalid-cursor` */
  async list(query: TaskQuery = {}): Promise<TaskPage> {
    const engine = await this.house.engine()
    const page = await engine.list(storeQuery(query))
    if (page === 'invalid-cursor') throw new MajordomoError('invalid-cursor')
    return { ...page, items: page.items.map(showable) }
  }

  /** How many tasks fit, exactly. */
  async count(filter: TaskFilter = {}): Promise<number> {
    const engine = await this.house.engine()
    return engine.count(taskFilter(filter))
  }

  /**
   * Asks the task to stop: one that does not run is CANCELED at once, a run has its signal aborted. Asking again
   * answers the same.
   * @throws {MajordomoError} `task-ended`
   */
  async cancel(id: string, order: string | Order = {}): Promise<Task> {
    const { reason = 'canceled', ...by } = orderer(typeof order === 'string' ? { reason: order } : order)
    const engine = await this.house.engine()
    await this.house.parts.turns.after(1)
    const [answer] = await engine.requestCancel([{ id, code: 'canceled', message: reason, ...by }])
    if (answer!.outcome === 'ended')
      throw new MajordomoError('task-ended', `task ${id} has ended: ${answer!.task!.state}`)
    return showable(found(id, answer!.task))
  }

  /**
   * Changes a task from outside.
   * @throws {MajordomoError} `task-ended`, `wrong-state`, `version-mismatch`, `invalid-option`
   */
  async update(id: string, patch: TaskPatch, options: UpdateOptions = {}): Promise<Task> {
    const change = outsideChange(patch, options)
    const engine = await this.house.engine()
    const answer = await engine.update(id, change)
    if (answer.kind === 'changed') return showable(answer.task)
    throw refusal(id, answer.code, answer.task, patch)
  }

  /**
   * Runs an ended task again, as a new task with `rerunOf`. The animator's `validate` is asked again, on behalf of
   * `subject`. `duplicate` is true where an unfinished task with the same dedupKey is there.
   * @throws {MajordomoError} `task-unfinished`, `invalid-arguments`, `queue-full`
   */
  async rerun(id: string, options: Actor = {}): Promise<CreateResult> {
    orderer(options, [])
    const engine = await this.house.engine()
    const task = found(id, await engine.get(id))
    if (!isEnded(task.state))
      throw new MajordomoError(
        'task-unfinished',
        `task ${id} is ${task.state}; only an ended task can be run again`,
      )
    const draft = found(id, await engine.recall(id))
    this.house.refuseClosed()
    return this.house.parts.intake.again(draft, options.subject)
  }

  /**
   * Removes an ended task and its descendants, with their files. With `force` an unfinished one is set CANCELED first.
   * @throws {MajordomoError} `task-unfinished`
   */
  async delete(id: string, options: { readonly force?: boolean } & Order = {}): Promise<void> {
    const order = orderer(options, ['force', 'reason'])
    const engine = await this.house.engine()
    const [outcome] = await engine.remove([id])
    if (outcome === 'missing') throw notFound(id)
    if (outcome === 'unfinished') {
      if (options.force !== true) throw unfinished(id)
      await endTree(engine, id, order)
      // A run that was told to stop may have created one more child meanwhile.
      if ((await engine.remove([id]))[0] === 'unfinished') throw unfinished(id)
    }
    await this.house.parts.files.removal.done()
  }

  /**
   * One page of what the task's runs wrote.
   * @throws {MajordomoError} `invalid-option` naming the field, `files-elsewhere` where its processes printed to a file of
   *   another worker
   */
  async output(id: string, query: OutputQuery): Promise<OutputPage> {
    const wanted = outputQuery(query)
    const engine = await this.house.engine()
    const task = found(id, await engine.get(id))
    return found(id, await this.house.parts.output.page(engine, task, wanted))
  }

  /**
   * What the task's runs wrote and go on writing, until it has ended.
   * @throws as `output`, from the loop
   */
  follow(id: string, options: FollowOptions): AsyncIterableIterator<OutputEntry> {
    return this.house.parts.followers.follow(id, options)
  }

  /**
   * The same by pages, as many entries at a time as there are: for a reader of hundreds of thousands of lines a second, to
   * whom waiting for each costs more than the line.
   */
  followPages(id: string, options: FollowOptions): AsyncIterableIterator<OutputPage> {
    return this.house.parts.followers.followPages(id, options)
  }

  /**
   * One page of what lies in the task's working directory. What its processes printed is among it, byte for byte, as
   * `.majordomo/stdout` and `.majordomo/stderr`.
   * @throws {MajordomoError} `invalid-option` naming the field, `files-elsewhere` as all of these
   */
  async files(id: string, query: FileQuery = {}): Promise<FilePage> {
    await this.get(id)
    return this.house.parts.files.list(id, query)
  }

  /**
   * Opens a regular file of the task for reading; to be read or closed.
   * @throws {MajordomoError} `file-not-found`, also for links and whatever lies outside
   */
  async openFile(id: string, path: string): Promise<OpenFile> {
    await this.get(id)
    return this.house.parts.files.openFile(id, path)
  }

  /** All of the task's files as a gzipped tar archive. @throws {MajordomoError} `file-not-found` where it has none */
  async archive(id: string): Promise<AsyncIterable<Uint8Array>> {
    await this.get(id)
    return this.house.parts.files.archive(id)
  }

  /**
   * Room for files that `create` is to bring along.
   * @throws {MajordomoError} `invalid-option` naming the field, `files-elsewhere` where the workers share no files
   */
  async upload(limits: Partial<UploadLimits> = {}): Promise<Upload> {
    await this.house.engine()
    return this.house.parts.files.upload(limits)
  }

  /**
   * Tells of a run from outside. Its token is what allows it; the run must go on in this process.
   * @throws {MajordomoError} `invalid-token` for whatever does not fit together, `invalid-option` naming the field
   */
  async report(id: string, token: string, report: Report): Promise<void> {
    this.house.refuseClosed()
    this.house.parts.runner.report(id, token, report)
  }

  /** Calls `listener` with every change from now on; answers a function that ends it. */
  subscribe(listener: TaskListener, options: SubscribeOptions = {}): () => void {
    return this.house.parts.hub.subscribe(listener, options)
  }

  /** Resolves with the task when it has ended. @throws the signal's reason when it aborts first */
  waitFor(id: string, options?: WaitOptions): Promise<Task> {
    return this.house.parts.followers.waitFor(id, options)
  }

  /** The newest events, oldest first, with their positions; none on an engine of one process, which gives them none. */
  async recentEvents(limit: number): Promise<TaskEvent[]> {
    const engine = await this.house.engine()
    // For those who listen already: what comes behind these is told to them.
    if (this.house.parts.hub.wanted) await this.house.parts.hub.attentive()
    const events = await engine.recentEvents(limit)
    return events.map((event) => ({ ...event, task: showable(event.task) }))
  }

  status(): ManagerStatus {
    return this.house.status()
  }

  /**
   * Takes no more work, lets runs go on for `grace`, then aborts them, and closes the engine. In memory, whatever has not
   * ended by then is CANCELED with the reason `shutdown`. Nothing of the manager is left behind: no timer, no handle.
   */
  close(options?: CloseOptions): Promise<void> {
    return this.house.close(options)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
