import { retry } from 'abort-controller-x'
import type { Connection } from './connection.ts'
import { changes, eventOf, type TaskEvent } from './events.ts'
import { unwrap } from './problem.ts'
import { isRefusal } from './reconnect.ts'
import { isEnded, type CallOptions, type Task } from './types.ts'

export interface WaitOptions extends CallOptions {
  /** Answers the task as it is after so many milliseconds; without end by default. */
  readonly timeout?: number | undefined
}

export async function getTask({ raw }: Connection, id: string, { signal }: CallOptions = {}): Promise<Task> {
  return unwrap(await raw.GET('/tasks/{id}', { params: { path: { id } }, ...(signal && { signal }) }))
}

/** Follows the events of the task's operation until the task has ended, and asks for the task only when they say so. */
export async function waitForTask(connection: Connection, id: string, options: WaitOptions): Promise<Task> {
  const first = await getTask(connection, id, options)
  if (isEnded(first.state)) return first
  const patience = new AbortController()
  const timer =
    options.timeout === undefined ? undefined : setTimeout(() => patience.abort(), options.timeout)
  const stop = () => patience.abort()
  options.signal?.addEventListener('abort', stop)
  try {
    return await ended(connection, first, patience.signal)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (patience.signal.aborted) return await getTask(connection, id, options)
    throw error
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', stop)
  }
}

async function ended(connection: Connection, { id, operation }: Task, signal: AbortSignal): Promise<Task> {
  for await (const arrival of changes(connection, { operations: [operation], signal, reached: true })) {
    if (!arrival.open && ![...eventOf(arrival)].some((event) => tellsOfEnd(id, event))) continue
    const task = await persistently(connection, signal, () => getTask(connection, id, { signal }))
    if (isEnded(task.state)) return task
  }
  throw new Error('unreachable: a stream of events has no end')
}

/** The event will not come again, so a call that fails on the way is made again. */
async function persistently<T>(
  { reconnect }: Connection,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  const onError = (error: unknown) => {
    if (isRefusal(error)) throw error
  }
  return retry(signal, call, { baseMs: reconnect.least, maxDelayMs: reconnect.most, onError })
}

function tellsOfEnd(id: string, event: TaskEvent): boolean {
  return (
    event.type !== 'reset' && event.task.id === id && (event.type === 'deleted' || isEnded(event.task.state))
  )
}
