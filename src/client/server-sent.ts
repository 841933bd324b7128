import { createParser, type EventSourceMessage } from 'eventsource-parser'

export interface Reading {
  /** Called when the stream has been silent for `silence` milliseconds; should make the read fail. */
  readonly onSilence: () => void
  readonly silence: number
  /** The service asks for this wait before connecting again, in milliseconds. */
  readonly onRetry: (ms: number) => void
}

/** The server-sent events of one body as they arrive, until it ends. Anything half-sent at the end is dropped. */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
  reading: Reading,
): AsyncGenerator<readonly EventSourceMessage[]> {
  const arrived: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => arrived.push(event), onRetry: reading.onRetry })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  while (true) {
    const silence = setTimeout(reading.onSilence, reading.silence)
    const { done, value } = await reader.read().finally(() => clearTimeout(silence))
    if (done) return
    parser.feed(decoder.decode(value, { stream: true }))
    yield arrived.splice(0)
  }
}
