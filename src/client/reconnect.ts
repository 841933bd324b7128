import { delay } from 'abort-controller-x'
import type { EventSourceMessage } from 'eventsource-parser'
import type { Connection } from './connection.ts'
import { ProblemError, UNEXPECTED_ANSWER, unwrap } from './problem.ts'
import { serverSentEvents } from './server-sent.ts'

/** Opens a stream of server-sent events, from behind the event with this id on. */
export type Connect = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Opened>

type Opened = { data?: ReadableStream<Uint8Array> | null; error?: unknown; response: Response }

/** An event of the stream, or that a connection was made and the service tells all from now on. */
export type Arrival = Opening | ({ readonly open: false } & EventSourceMessage)

export interface Opening {
  readonly open: true
  /** Whether events may have been missed before it, because there was no id to go on from. */
  readonly gap: boolean
}

export interface Resuming {
  readonly signal: AbortSignal | undefined
  readonly lastEventId?: string | undefined
  /** The service was reached a moment ago: then a first connection that fails is tried again too. False by default. */
  readonly reached?: boolean
}

/**
 * A stream of server-sent events that comes back by itself: after a wait that grows, with a share drawn by lot so that a
 * crowd does not come back at once. What cannot get better by itself ends it: a stream that could not be opened the
 * first time, a refusal (4xx), the caller's signal.
 */
export async function* resumed(
  connect: Connect,
  { reconnect, replicas }: Connection,
  resuming: Resuming,
): AsyncGenerator<Arrival> {
  const signal = resuming.signal ?? new AbortController().signal
  let { lastEventId } = resuming
  let least = reconnect.least
  let failures = 0
  let everOpen = false
  const reached = () => everOpen || resuming.reached === true
  const onRetry = (ms: number) => (least = ms)
  while (true) {
    signal.throwIfAborted()
    const attempt = new AbortController()
    const stop = () => attempt.abort(signal.reason)
    signal.addEventListener('abort', stop)
    let asked: number | undefined
    let replica = replicas?.current
    try {
      const onSilence = () => attempt.abort(new Error('the service went silent'))
      const opening = setTimeout(onSilence, reconnect.silence)
      const opened = await connect(lastEventId, attempt.signal).finally(() => clearTimeout(opening))
      replica = replicas?.current
      const body = streamOf(opened)
      let begun = false
      for await (const events of serverSentEvents(body, {
        ...reconnect,
        signal: attempt.signal,
        onSilence,
        onRetry,
      })) {
        failures = 0
        // Not before the first bytes: the head of the answer comes before the service has begun to listen.
        if (!begun) yield { open: true, gap: everOpen && lastEventId === undefined }
        begun = everOpen = true
        for (const event of events) {
          lastEventId = event.id ?? lastEventId
          yield { open: false, ...event }
        }
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!reached() || isRefusal(error)) throw error
      asked = ProblemError.is(error) ? error.retryAfter : undefined
      if (replica !== undefined) replicas?.moveOn(replica)
    } finally {
      signal.removeEventListener('abort', stop)
      attempt.abort()
    }
    const wait = Math.min(reconnect.most, least * 2 ** failures++)
    await delay(signal, Math.max(asked ?? 0, wait * (0.5 + Math.random() / 2)))
  }
}

function streamOf(opened: Opened): ReadableStream<Uint8Array> {
  const body = unwrap(opened)
  const type = opened.response.headers.get('content-type') ?? 'nothing'
  if (body !== null && type.startsWith('text/event-stream')) return body
  const detail = `expected ${opened.response.url} to answer with text/event-stream, got ${type}`
  throw new ProblemError({ status: opened.response.status, code: UNEXPECTED_ANSWER, detail })
}

/** Whether asking again would be answered the same. 408, 425 and 429 say 'later', and 5xx may pass. */
export function isRefusal(error: unknown): boolean {
  return ProblemError.is(error) && error.status < 500 && ![408, 425, 429].includes(error.status)
}
