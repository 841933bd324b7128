import type { Connection } from './connection.ts'
import { unwrap } from './problem.ts'
import { resumed } from './reconnect.ts'
import type { CallOptions, OutputEntry, OutputStream } from './types.ts'

export interface OutputOptions extends CallOptions {
  /** `'log'` by default. */
  readonly stream?: OutputStream
  /** Goes on as the task writes, until it has ended; false by default. */
  readonly follow?: boolean
  /** Entries with a greater `seq` only. */
  readonly after?: number
  /** The last so many entries only, 1 to 1000, and with `follow` those to come; `after` does not count then. */
  readonly tail?: number
}

interface Place {
  readonly id: string
  readonly stream: OutputStream
  readonly signal: AbortSignal | undefined
}

const PAGE = 1000

/** What the task's runs wrote, in order, each entry once. */
export async function* taskOutput(
  connection: Connection,
  id: string,
  options: OutputOptions,
): AsyncGenerator<OutputEntry> {
  const { stream = 'log', follow = false, tail, signal } = options
  const place: Place = { id, stream, signal }
  let after = options.after ?? 0
  if (tail !== undefined) {
    const last = await page(connection, place, { tail })
    yield* last.items
    if (!follow) return
    after = last.cursor
  }
  yield* follow ? followed(connection, place, after) : stored(connection, place, after)
}

async function* stored(connection: Connection, place: Place, after: number): AsyncGenerator<OutputEntry> {
  let next = after
  while (true) {
    const { items, cursor } = await page(connection, place, { after: next, limit: PAGE })
    yield* items
    // A page of what processes printed may be short because its lines are long.
    if (items.length === 0) return
    next = cursor
  }
}

/** Until the service says that this is the end: the task has ended. */
async function* followed(
  connection: Connection,
  { id, stream, signal }: Place,
  from: number,
): AsyncGenerator<OutputEntry> {
  let after = from
  const connect = (_last: string | undefined, attempt: AbortSignal) =>
    connection.raw.GET('/tasks/{id}/output', {
      params: { path: { id }, query: { stream, follow: true, after } },
      headers: { accept: 'text/event-stream' },
      parseAs: 'stream',
      signal: attempt,
    })
  for await (const arrival of resumed(connect, connection, { signal })) {
    if (arrival.open) continue
    if (arrival.event === 'end') return
    const entry = JSON.parse(arrival.data) as OutputEntry
    after = entry.seq
    yield entry
  }
}

async function page(
  { raw }: Connection,
  { id, stream, signal }: Place,
  query: { after?: number; tail?: number; limit?: number },
) {
  return unwrap(
    await raw.GET('/tasks/{id}/output', {
      params: { path: { id }, query: { stream, ...query } },
      ...(signal && { signal }),
    }),
  )
}
