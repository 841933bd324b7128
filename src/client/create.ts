import type { components } from '../../generated/types.ts'
import type { Connection } from './connection.ts'
import { unwrap } from './problem.ts'
import type { CallOptions, Task } from './types.ts'

/** Any operation with any arguments: what a client takes that was not told the service's own. */
export type Operations = Readonly<Record<string, Record<string, unknown>>>

/** Arguments may be left out where none is required. */
export type ArgsRest<Args> =
  Partial<Args> extends Args ? [args?: Args, options?: CreateOptions] : [args: Args, options?: CreateOptions]

type Creation = components['schemas']['TaskCreation']

/** Of a call that makes a task and answers it. */
export interface HoldOptions extends CallOptions {
  /** Holds the answer until the task has ended, at most so many milliseconds (whole seconds, rounded up); a minute at most. */
  readonly wait?: number
}

export interface CreateOptions extends Omit<Creation, 'operation' | 'args'>, HoldOptions {
  /** The same key with the same creation answers the first task, for 24 hours: with it a creation can be sent again safely. */
  readonly idempotencyKey?: string
  /**
   * What lies in the working directory from the start, by path: `{ 'in/data.csv': blob }`. A Blob is sent as it is read: a
   * file of a page's form, or in Node `await openAsBlob(path)`. Where the service has several URLs all is kept in memory.
   */
  readonly files?: Readonly<Record<string, FileContent>>
}

/** A text is sent as UTF-8. */
export type FileContent = Blob | string | ArrayBuffer | Uint8Array

export interface Created<Args> {
  readonly task: Task<Args>
  /** True when the task was there already (`dedupKey` or `idempotencyKey`). */
  readonly duplicate: boolean
}

export async function createTask(
  { raw, replicas }: Connection,
  operation: string,
  args: object | undefined,
  options: CreateOptions = {},
): Promise<Created<Task['args']>> {
  const { wait, signal, idempotencyKey: given, files, ...creation } = options
  // So that it can be asked of the next replica without making two tasks.
  const idempotencyKey = given ?? (replicas === undefined ? undefined : randomKey())
  const header = {
    ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
    ...preferring(wait),
  }
  const body = { operation, ...creation, ...(args !== undefined && { args: { ...args } }) }
  const answer = await raw.POST('/tasks', {
    params: { header },
    body,
    ...(files !== undefined && { bodySerializer: () => formOf(body, files) }),
    ...(signal && { signal }),
  })
  const task = unwrap(answer)
  // Nobody else knows a key that was made here: what was there already is what the first try made.
  const ours = given === undefined && creation.dedupKey === undefined
  return { task, duplicate: answer.response.status === 200 && !ours }
}

/** The header that holds an answer for so many milliseconds; none for undefined. */
export function preferring(wait: number | undefined): { Prefer?: string } {
  return wait === undefined ? {} : { Prefer: `wait=${Math.ceil(wait / 1000)}` }
}

/** The creation first, so that one which is refused is refused before its files are sent. */
function formOf(creation: Creation, files: Readonly<Record<string, FileContent>>): FormData {
  const form = new FormData()
  form.append('task', JSON.stringify(creation))
  for (const [path, content] of Object.entries(files))
    form.append('files', content instanceof Blob ? content : new Blob([content]), path)
  return form
}

/** `crypto.randomUUID` is not there for pages over plain http. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
