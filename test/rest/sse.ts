import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { IncomingMessage } from 'node:http'
import { opened, type Service } from './service.ts'

/** An open stream of server-sent events. */
export interface EventReader {
  readonly response: IncomingMessage
  /** All that came so far. */
  readonly events: readonly EventSourceMessage[]
  /** Resolves with the first event that fits, also one that came before. @throws when the stream ends without one */
  next(fits: (event: EventSourceMessage) => boolean): Promise<EventSourceMessage>
  /** Resolves when the stream has ended, by whoever's doing. */
  readonly ended: Promise<void>
  leave(): void
}

export async function readEvents(
  service: Pick<Service, 'port'>,
  path: string,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const response = await opened(service, 'GET', path, {
    headers: { accept: 'text/event-stream', ...headers },
  })
  const events: EventSourceMessage[] = []
  const wishes = new Set<() => void>()
  let over = false
  const look = () => wishes.forEach((wish) => wish())
  const parser = createParser({
    onEvent: (event) => {
      events.push(event)
      look()
    },
  })
  response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk))
  const ended = new Promise<void>((resolve) => {
    response
      .on('error', () => undefined)
      .on('close', () => {
        over = true
        look()
        resolve()
      })
  })
  return {
    response,
    events,
    ended,
    leave: () => void response.destroy(),
    next: (fits) =>
      new Promise((resolve, reject) => {
        const wish = () => {
          const found = events.find(fits)
          if (found === undefined && !over) return
          wishes.delete(wish)
          if (found === undefined)
            reject(new Error(`the stream ended without it, after ${events.length} events`))
          else resolve(found)
        }
        wishes.add(wish)
        wish()
      }),
  }
}

/** The stream is open, and nothing is missed from now on. */
export async function readyEvents(
  service: Pick<Service, 'port'>,
  path = '/hk/events',
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const reader = await readEvents(service, path, headers)
  if (reader.response.statusCode !== 200) throw new Error(`events answered ${reader.response.statusCode}`)
  await reader.next(({ event }) => event === 'ready')
  return reader
}
