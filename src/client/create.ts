import type { components } from '../../generated/types.ts'
import type { RawClient } from './connection.ts'
import { unwrap } from './problem.ts'
import type { CallOptions, Task } from './types.ts'

/** Any operation with any arguments: what a client takes that was not told the service's own. */
export type Operations = Readonly<Record<string, Record<string, unknown>>>

/** Arguments may be left out where none is required. */
export type ArgsRest<Args> =
  Partial<Args> extends Args ? [args?: Args, options?: CreateOptions] : [args: Args, options?: CreateOptions]

type Creation = components['schemas']['TaskCreation']

export interface CreateOptions extends Omit<Creation, 'operation' | 'args'>, CallOptions {
  /** The same key with the same creation answers the first task, for 24 hours: with it a creation can be sent again safely. */
  readonly idempotencyKey?: string
  /** Holds the answer until the task has ended, at most so many milliseconds (whole seconds, rounded up); a minute at most. */
  readonly wait?: number
}

export interface Created<Args> {
  readonly task: Task<Args>
  /** True when the task was there already (`dedupKey` or `idempotencyKey`). */
  readonly duplicate: boolean
}

export async function createTask(
  raw: RawClient,
  operation: string,
  args: object | undefined,
  options: CreateOptions = {},
): Promise<Created<Task['args']>> {
  const { idempotencyKey, wait, signal, ...creation } = options
  const header = {
    ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
    ...(wait !== undefined && { Prefer: `wait=${Math.ceil(wait / 1000)}` }),
  }
  const body = { operation, ...creation, ...(args !== undefined && { args: { ...args } }) }
  const answer = await raw.POST('/tasks', { params: { header }, body, ...(signal && { signal }) })
  return { task: unwrap(answer), duplicate: answer.response.status === 200 }
}
