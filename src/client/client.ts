import { connection, type ClientOptions, type RawClient } from './connection.ts'
import {
  createTask,
  preferring,
  type ArgsRest,
  type Created,
  type CreateOptions,
  type HoldOptions,
  type Operations,
} from './create.ts'
import { taskEvents, type EventsOptions, type TaskEvent } from './events.ts'
import { taskArchive, taskFile, taskFiles, type FileOptions, type FilesOptions } from './files.ts'
import { taskOutput, type OutputOptions } from './output.ts'
import { unwrap } from './problem.ts'
import { listedTasks } from './tasks.ts'
import { schedules, type Schedules } from './schedules.ts'
import type {
  CallOptions,
  FileInfo,
  Operation,
  OutputEntry,
  ProgressReport,
  Task,
  TaskPatch,
  TaskQuery,
  Worker,
} from './types.ts'
import { getTask, waitForTask, type WaitOptions } from './wait.ts'

/**
 * Every call and every loop rejects with a {@link ProblemError} when the service answers with an error, with the TypeError of
 * `fetch` when no service is reached, and with the signal's reason when it aborts.
 */
export interface Client<Ops extends object = Operations> {
  /** The typed client of every path of the API. */
  readonly raw: RawClient
  /** Creates a task; `duplicate` tells that it was there already. */
  create<Name extends keyof Ops & string>(
    operation: Name,
    ...rest: ArgsRest<Ops[Name]>
  ): Promise<Created<Ops[Name]>>
  get(id: string, options?: CallOptions): Promise<Task>
  /** Every task that fits, over as many pages as there are. */
  tasks(query?: TaskQuery & CallOptions): AsyncGenerator<Task, void>
  /** Asks a task to stop; asking again answers the same. @throws `task-ended` */
  cancel(id: string, options?: CallOptions & { readonly reason?: string }): Promise<Task>
  /** Sets a task's state or priority from outside. */
  update(id: string, patch: TaskPatch, options?: CallOptions): Promise<Task>
  /** Runs an ended task again, as a new one. */
  rerun(id: string, options?: HoldOptions): Promise<Task>
  /** Removes an ended task; with `force` an unfinished one is ended first. */
  delete(id: string, options?: CallOptions & { readonly force?: boolean }): Promise<void>
  /**
   * The task as it ended. It follows the events and asks no more often than it must. Each wait holds a connection, of which
   * a browser allows six per service over HTTP/1.1.
   * @throws `task-not-found` once it was purged
   */
  waitFor(id: string, options?: WaitOptions): Promise<Task>
  /**
   * What a task's runs wrote. With `follow` it goes on until the task has ended, over connections that break.
   * @throws `files-elsewhere` where its processes printed to a file of another replica
   */
  output(id: string, options?: OutputOptions): AsyncGenerator<OutputEntry, void>
  /** The changes of tasks as they happen, over connections that break; end it with `break` or the signal. */
  events(options?: EventsOptions): AsyncGenerator<TaskEvent, void>
  /** What lies in a task's working directory, in the order of the paths. */
  files(id: string, options?: FilesOptions): AsyncGenerator<FileInfo, void>
  /**
   * A file of a task, still to be read: `.text()`, `.blob()`, or as a stream its `.body`.
   * @throws `file-not-found`, `unsatisfiable-range`
   */
  file(id: string, path: string, options?: FileOptions): Promise<Response>
  /** All files of a task as a tar archive, gzipped, still to be read. @throws `file-not-found` where it has none */
  archive(id: string, options?: CallOptions): Promise<Response>
  /**
   * Tells how far a task is, with the token that its run has given away; nothing else is needed for it.
   * @throws `invalid-token`, also once the run has ended
   */
  reportProgress(id: string, token: string, report: ProgressReport, options?: CallOptions): Promise<void>
  operations(options?: CallOptions): Promise<Operation[]>
  readonly schedules: Schedules<Ops>
  /** The processes of the service that are alive, as far as you may manage all that they do. */
  workers(options?: CallOptions): Promise<Worker[]>
}

/**
 * A client of a service's housekeeping API, for Node and browsers. A type of the service's operations makes creation typed:
 *
 * ```ts
 * const client = createClient<{ UPLOAD_PURGE: { olderThanDays: number } }>({ baseUrl: 'http://localhost:3000/housekeeping' })
 * const { task } = await client.create('UPLOAD_PURGE', { olderThanDays: 30 })
 * const { state, result } = await client.waitFor(task.id)
 * ```
 */
export function createClient<Ops extends object = Operations>(options: ClientOptions): Client<Ops> {
  const shared = connection(options)
  const { raw } = shared
  const at = (id: string, { signal }: CallOptions) => ({
    params: { path: { id } },
    ...(signal && { signal }),
  })
  return {
    raw,
    async create<Name extends keyof Ops & string>(operation: Name, ...rest: ArgsRest<Ops[Name]>) {
      const [args, creation] = rest as [args?: object, options?: CreateOptions]
      return (await createTask(shared, operation, args, creation)) as Created<Ops[Name]>
    },
    get: (id, call) => getTask(shared, id, call),
    tasks: (query = {}) => listedTasks(shared, query),
    async cancel(id, { reason, ...call } = {}) {
      return unwrap(
        await raw.POST('/tasks/{id}/cancel', {
          ...at(id, call),
          ...(reason !== undefined && { body: { reason } }),
        }),
      )
    },
    async update(id, patch, call = {}) {
      return unwrap(await raw.PATCH('/tasks/{id}', { ...at(id, call), body: patch }))
    },
    async rerun(id, { wait, signal } = {}) {
      return unwrap(
        await raw.POST('/tasks/{id}/rerun', {
          params: { path: { id }, header: preferring(wait) },
          ...(signal && { signal }),
        }),
      )
    },
    async delete(id, { force = false, signal } = {}) {
      unwrap(
        await raw.DELETE('/tasks/{id}', {
          params: { path: { id }, query: { force } },
          ...(signal && { signal }),
        }),
      )
    },
    waitFor: (id, wait = {}) => waitForTask(shared, id, wait),
    output: (id, output = {}) => taskOutput(shared, id, output),
    events: (events = {}) => taskEvents(shared, events),
    files: (id, files = {}) => taskFiles(shared, id, files),
    file: (id, path, file = {}) => taskFile(shared, id, path, file),
    archive: (id, call = {}) => taskArchive(shared, id, call),
    async reportProgress(id, token, report, { signal } = {}) {
      unwrap(
        await raw.POST('/tasks/{id}/progress', {
          params: { path: { id }, header: { 'Majordomo-Token': token } },
          body: report,
          ...(signal && { signal }),
        }),
      )
    },
    async operations({ signal } = {}) {
      return unwrap(await raw.GET('/operations', { ...(signal && { signal }) })).items
    },
    schedules: schedules<Ops>(shared),
    async workers({ signal } = {}) {
      return unwrap(await raw.GET('/workers', { ...(signal && { signal }) })).items
    },
  }
}
