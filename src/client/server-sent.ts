import { createParser, type EventSourceMessage } from 'eventsource-parser'

export interface Reading {
  /** Ends the reading, and the connection with it. */
  readonly signal: AbortSignal
  /** Called when the stream has been silent for `silence` milliseconds; should abort the signal. */
  readonly onSilence: () => void
  readonly silence: number
  /** The service asks for this wait before connecting again, in milliseconds. */
  readonly onRetry: (ms: number) => void
}

/** The server-sent events of one body as they arrive, until it ends. Anything half-sent at the end is dropped. */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  { signal, onSilence, silence, onRetry }: Reading,
): AsyncGenerator<readonly EventSourceMessage[]> {
  const arrived: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => arrived.push(event), onRetry })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  // Not left to the signal of the request: Node may forget it with the Request, while the body is still being read.
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', cancel)
  try {
    while (!signal.aborted) {
      const timer = setTimeout(onSilence, silence)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield arrived.splice(0)
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}
