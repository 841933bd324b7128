import { MajordomoError } from '../../core/errors.ts'
import type { OutputEntry, OutputPage, OutputQuery, OutputStream } from '../../core/output.ts'
import { LARGEST_PAGE } from '../../core/query.ts'
import { covers } from '../access.ts'
import { viewed } from '../guards.ts'
import type { Call, Handler } from '../handler.ts'
import { Gathering } from '../gathering.ts'
import type { Outgoing } from '../outgoing.ts'

const LINE_END = Buffer.from('\n')

type Read = Call<'readOutput'>

const STREAMED = ['application/x-ndjson', 'text/plain', 'text/event-stream'] as const
type Streamed = (typeof STREAMED)[number]

/** What processes print need not be kept where everything else of their task is. */
const PRINTED: readonly OutputStream[] = ['stdout', 'stderr']

export const readOutput: Handler<'readOutput'> = async (call) => {
  const task = await viewed(call, call.params.id)
  const type = call.accepted(['application/json', ...STREAMED])
  if (type !== 'application/json') {
    const { stream } = queryOf(call)
    // What was printed may be out of reach. That is told before the answer begins: in the middle it can only break off.
    if (PRINTED.includes(stream)) await call.manager.output(task.id, { stream, limit: 1 })
    return { status: 200, type, stream: (to) => streamed(call, task, type, to) }
  }
  if (call.query.follow === true) throw notFollowed()
  const { limit } = call.query
  const page = await call.manager.output(task.id, { ...queryOf(call), ...(limit !== undefined && { limit }) })
  return { status: 200, body: call.wire.output(page) }
}

/** Where to begin: a stream that broke off goes on after its last event, also one that began near the end. */
function queryOf({ query, headers }: Read): OutputQuery {
  const { stream = 'log', after, tail } = query
  const last = headers['last-event-id']
  if (last !== undefined && /^\d{1,15}$/.test(last)) return { stream, after: Number(last) }
  return { stream, ...(after !== undefined && { after }), ...(tail !== undefined && { tail }) }
}

async function streamed(
  call: Read,
  task: { id: string; operation: string; createdBy?: string | undefined },
  type: Streamed,
  to: Outgoing,
) {
  const beat =
    type === 'text/event-stream' ? setInterval(() => to.push(':\n\n'), call.heartbeat).unref() : undefined
  const gathering = new Gathering(to)
  let checked = Date.now()
  try {
    for await (const { items } of pages(call, to.left)) {
      for (const entry of items) {
        if (Date.now() - checked >= call.heartbeat) {
          if (!(await covers(await call.renew(), 'view', task))) return
          checked = Date.now()
        }
        const full = gathering.add(form(call, entry, type))
        if (full !== undefined) await full
      }
    }
    if (type === 'text/event-stream') await gathering.add('event: end\ndata: {}\n\n')
    await gathering.flush()
  } finally {
    gathering.close()
    clearInterval(beat)
  }
}

function pages(call: Read, signal: AbortSignal): AsyncIterable<OutputPage> {
  const query = queryOf(call)
  return call.query.follow === true
    ? call.manager.followPages(call.params.id, { ...query, signal })
    : allOf(call, query)
}

async function* allOf({ manager, params }: Read, query: OutputQuery): AsyncGenerator<OutputPage> {
  let next: OutputQuery = { ...query, limit: LARGEST_PAGE }
  for (;;) {
    const page = await manager.output(params.id, next)
    if (page.items.length === 0) return
    yield page
    next = { stream: query.stream, after: page.cursor, limit: LARGEST_PAGE }
  }
}

function form({ wire }: Read, entry: OutputEntry, type: Streamed): string | Uint8Array {
  switch (type) {
    case 'text/plain':
      return line(entry)
    case 'application/x-ndjson':
      return `${JSON.stringify(wire.entry(entry))}\n`
    case 'text/event-stream':
      return `id: ${entry.seq}\ndata: ${JSON.stringify(wire.entry(entry))}\n\n`
  }
}

/** Just what was written, and a line end behind it where the entry is a line. */
function line({ text, data, base64, partial }: OutputEntry): string | Uint8Array {
  if (base64 !== undefined) {
    const bytes = Buffer.from(base64, 'base64')
    return partial ? bytes : Buffer.concat([bytes, LINE_END])
  }
  if (partial) return text ?? ''
  const shown = [text, data === undefined ? undefined : JSON.stringify(data)]
    .filter((part) => part !== undefined)
    .join(' ')
  return shown.endsWith('\n') ? shown : `${shown}\n`
}

function notFollowed(): MajordomoError {
  const message = `needs an Accept of ${STREAMED.join(', ')}; a page of JSON cannot go on`
  return new MajordomoError('invalid-request', `follow ${message}`, { faults: [{ path: 'follow', message }] })
}
