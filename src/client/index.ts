export { createClient, type Client } from './client.ts'
export type { ClientOptions, RawClient, ReconnectOptions } from './connection.ts'
export type { Created, CreateOptions, FileContent, HoldOptions, Operations } from './create.ts'
export type { EventsOptions, TaskEvent } from './events.ts'
export type { FileOptions, FilesOptions } from './files.ts'
export type { OutputOptions } from './output.ts'
export { ProblemError, unwrap } from './problem.ts'
export type { Schedules, ScheduleSettings } from './schedules.ts'
export {
  isEnded,
  type CallOptions,
  type EndState,
  type FileInfo,
  type Operation,
  type OutputEntry,
  type OutputStream,
  type Problem,
  type ProgressReport,
  type Schedule,
  type Task,
  type TaskChange,
  type TaskPatch,
  type TaskQuery,
  type TaskState,
  type Worker,
} from './types.ts'
export type { WaitOptions } from './wait.ts'
