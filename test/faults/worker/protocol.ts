import type { NewTask, OutputStream, Task, TaskQuery } from '../../../src/index.ts'
import type { OutputEntry, TaskPage } from '../../../src/index.ts'
import type { FenceRecord } from './fence.ts'

/** What a driver asks of the manager of a worker process. */
export type Request =
  | { readonly ask: 'create'; readonly tasks: readonly NewTask[] }
  | { readonly ask: 'get'; readonly id: string }
  | { readonly ask: 'list'; readonly query: TaskQuery }
  | { readonly ask: 'output'; readonly id: string; readonly stream: OutputStream }
  | { readonly ask: 'make-room' }
  | { readonly ask: 'eat-descriptors' }
  | { readonly ask: 'free-descriptors' }
  | { readonly ask: 'peak-memory' }

/** What it is answered. */
export interface Answers {
  readonly create: readonly Created[]
  readonly get: Task
  readonly list: TaskPage
  readonly output: readonly OutputEntry[]
  readonly 'make-room': null
  /** How many there were. */
  readonly 'eat-descriptors': number
  readonly 'free-descriptors': null
  /** The most that the process ever had (RSS), in bytes. */
  readonly 'peak-memory': number
}

/** One answer to a creation: acknowledged, or refused. */
export type Created =
  { readonly id: string; readonly duplicate: boolean } | { readonly code: string; readonly message: string }

export interface Question {
  readonly call: number
  readonly request: Request
}

/** What a worker process says. */
export type Word =
  | { readonly kind: 'open' }
  | { readonly kind: 'run'; readonly record: FenceRecord }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: Answers[Request['ask']] }
  | { readonly kind: 'refusal'; readonly call: number; readonly message: string }
