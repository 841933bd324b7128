import type { Connection } from './connection.ts'
import { resumed, type Arrival, type Resuming } from './reconnect.ts'
import type { CallOptions, TaskChange } from './types.ts'

export interface EventsOptions extends CallOptions {
  /** Only events of these operations; of all that may be viewed by default. */
  readonly operations?: readonly string[] | undefined
  /** Goes on behind the event with this `id`, for example after a restart of the caller. */
  readonly lastEventId?: string | undefined
}

/** A change of one task; or `reset`: events were missed and cannot be had again, so that lists are to be read anew. */
export type TaskEvent =
  | {
      readonly type: 'created' | 'updated' | 'deleted'
      readonly id: string | undefined
      readonly task: TaskChange
    }
  | { readonly type: 'reset'; readonly id: string | undefined }

/** The changes of tasks as they happen, for as long as the caller reads. */
export async function* taskEvents(connection: Connection, options: EventsOptions): AsyncGenerator<TaskEvent> {
  for await (const arrival of changes(connection, options)) yield* eventOf(arrival)
}

/** The same, with word of each connection that was made. */
export function changes(
  connection: Connection,
  { operations, signal, lastEventId, reached }: EventsOptions & Pick<Resuming, 'reached'>,
): AsyncGenerator<Arrival> {
  const query = operations === undefined ? {} : { operation: [...operations] }
  return resumed(
    (last, attempt) =>
      connection.raw.GET('/events', {
        params: { query, ...(last !== undefined && { header: { 'Last-Event-ID': last } }) },
        headers: { accept: 'text/event-stream' },
        parseAs: 'stream',
        signal: attempt,
      }),
    connection,
    { signal, lastEventId, ...(reached !== undefined && { reached }) },
  )
}

/** None for an event of a kind that this version does not know. */
export function* eventOf(arrival: Arrival): Generator<TaskEvent> {
  if (arrival.open) {
    if (arrival.gap) yield { type: 'reset', id: undefined }
    return
  }
  const { event, id, data } = arrival
  if (event === 'reset') yield { type: 'reset', id }
  else if (event === 'created' || event === 'updated' || event === 'deleted')
    yield { type: event, id, task: JSON.parse(data) as TaskChange }
}
