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
  const wishes = new Set<(event: EventSourceMessage | undefined) => void>()
  let over = false
  const parser = createParser({
    onEvent: (event) => {
      events.push(event)
      for (const wish of wishes) wish(event)
    },
  })
  response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk))
  const ended = new Promise<void>((resolve) => {
    response
      .on('error', () => undefined)
      .on('close', () => {
        over = true
        for (const wish of wishes) wish(undefined)
        resolve()
      })
  })
  const lost = () => new Error(`the stream ended without it, after ${events.length} events`)
  return {
    response,
    events,
    ended,
    leave: () => void response.destroy(),
    next: async (fits) => {
      const found = events.find(fits)
      if (found !== undefined) return found
      if (over) throw lost()
      return new Promise((resolve, reject) => {
        const wish = (event: EventSourceMessage | undefined) => {
          if (event !== undefined && !fits(event)) return
          wishes.delete(wish)
          if (event === undefined) reject(lost())
          else resolve(event)
        }
        wishes.add(wish)
      })
    },
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
