import type { components, operations } from '../../generated/types.ts'

type Schemas = components['schemas']

/** A task as the API tells it; all times are RFC 3339 texts. */
export type Task<Args = Record<string, unknown>> = Omit<Schemas['Task'], 'args'> & { args: Args }
export type TaskState = Schemas['TaskState']
export type EndState = Schemas['EndState']
export type TaskPatch = Schemas['TaskPatch']
/** What an event tells of a task. */
export type TaskChange = Schemas['TaskChange']
export type Operation = Schemas['Operation']
export type Schedule = Schemas['Schedule']
/** One process of the service. */
export type Worker = Schemas['Worker']
export type OutputEntry = Schemas['OutputEntry']
export type OutputStream = Schemas['OutputStream']
/** What lies in a task's working directory. */
export type FileInfo = Schemas['File']
/** What a process tells of its task. */
export type ProgressReport = Schemas['ProgressReport']
export type Problem = Schemas['Problem']
/** Which tasks, in which order, and how many a page. */
export type TaskQuery = Omit<NonNullable<operations['listTasks']['parameters']['query']>, 'cursor'>

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up when it aborts; it rejects with the signal's reason. What the service has begun goes on. */
  readonly signal?: AbortSignal | undefined
}

const ENDED: ReadonlySet<TaskState> = new Set<EndState>(['SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'])

/** True for the states that nothing leaves. */
export function isEnded(state: TaskState): state is EndState {
  return ENDED.has(state)
}
