import { expect } from 'chai'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type ReconnectOptions, type TaskEvent } from '../../src/client/index.ts'
import { rejection } from '../rejection.ts'

type Step = (res: ServerResponse, req: IncomingMessage) => void

const CHANGE = { id: 't', operation: 'X', state: 'NEW', version: 1, time: '2026-01-01T00:00:00.000Z' }

/** How a stream comes back, against a service that does what each step says, one step per connection. */
describe('a stream of the client', () => {
  let server: Server
  let requests: IncomingMessage[]
  let stop: AbortController
  beforeEach(() => {
    requests = []
    stop = new AbortController()
  })
  afterEach(() => {
    stop.abort()
    server.close()
    server.closeAllConnections()
  })

  async function eventsOf(steps: Step[], reconnect: ReconnectOptions = {}) {
    server = createServer((req, res) => {
      requests.push(req)
      const step = steps[Math.min(requests.length, steps.length) - 1]!
      step(res, req)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return createClient({
      baseUrl: `http://127.0.0.1:${port}`,
      reconnect: { least: 1, most: 10, ...reconnect },
    }).events({ signal: stop.signal })
  }

  const sse = (text: string, end: 'open' | 'end' | 'break' = 'open'): Step => {
    return (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write(text, () => {
        if (end === 'end') res.end()
        if (end === 'break') res.destroy()
      })
    }
  }
  const event = (id: string) => `id: ${id}\nevent: created\ndata: ${JSON.stringify(CHANGE)}\n\n`
  const problem = (status: number, code: string, headers = {}): Step => {
    return (res) => {
      res.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      res.end(JSON.stringify({ type: 'about:blank', title: code, status, code }))
    }
  }
  const value = async (events: AsyncGenerator<TaskEvent, void>) => (await events.next()).value as TaskEvent

  it('goes on behind the last event after a break, and after an end', async () => {
    const events = await eventsOf([
      sse(event('a-1') + event('a-2'), 'break'),
      sse(event('a-3'), 'end'),
      sse(event('a-4')),
    ])
    const ids = [await value(events), await value(events), await value(events), await value(events)].map(
      ({ id }) => id,
    )
    expect(ids).to.deep.equal(['a-1', 'a-2', 'a-3', 'a-4'])
    expect(requests.map((req) => req.headers['last-event-id'])).to.deep.equal([undefined, 'a-2', 'a-3'])
  })

  it('drops an event that arrived by half', async () => {
    const events = await eventsOf([
      sse(`${event('a-1')}id: a-2\nevent: created\ndata: {"id"`, 'break'),
      sse(event('a-2')),
    ])
    expect([(await value(events)).id, (await value(events)).id]).to.deep.equal(['a-1', 'a-2'])
  })

  it('tells by a reset that events may be missing when it had no id to go on from', async () => {
    const events = await eventsOf([sse(':\n\n', 'break'), sse(event('a-5'))])
    expect([(await value(events)).type, (await value(events)).type]).to.deep.equal(['reset', 'created'])
  })

  it('comes back through errors of the service, and through no connection at all', async () => {
    const gone: Step = (res) => res.destroy()
    const events = await eventsOf([
      sse(event('a-1'), 'end'),
      problem(503, 'manager-closed'),
      gone,
      problem(429, 'queue-full', { 'retry-after': '0' }),
      sse(event('a-2')),
    ])
    expect([(await value(events)).id, (await value(events)).id]).to.deep.equal(['a-1', 'a-2'])
    expect(requests).to.have.length(5)
  })

  it('ends with the refusal when the service refuses, and asks no more', async () => {
    const events = await eventsOf([sse(event('a-1'), 'end'), problem(401, 'unauthenticated')])
    await value(events)
    expect(await rejection(events.next())).to.include({ status: 401, code: 'unauthenticated' })
    expect(requests).to.have.length(2)
  })

  it('rejects with the reason of its signal while it reads', async () => {
    const events = await eventsOf([sse(event('a-1'))])
    await value(events)
    const next = rejection(events.next())
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await next).to.equal(reason)
  })

  it('rejects with the reason of its signal while it waits to come back', async () => {
    const events = await eventsOf([sse(event('a-1'), 'end')], { least: 60_000, most: 60_000 })
    await value(events)
    const next = rejection(events.next())
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await next).to.equal(reason)
  })

  it('rejects with the TypeError of fetch when nobody listens', async () => {
    const events = await eventsOf([])
    await new Promise((closed) => server.close(closed))
    expect(await rejection(events.next())).to.be.instanceOf(TypeError)
  })

  it('does not try again when it could not be opened the first time', async () => {
    const events = await eventsOf([problem(503, 'manager-closed')])
    expect(await rejection(events.next())).to.include({ status: 503 })
    expect(requests).to.have.length(1)
  })

  it('says so when the answer is no stream of events', async () => {
    const page: Step = (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')
    expect(await rejection((await eventsOf([page])).next())).to.include({ code: 'unexpected-answer' })
  })

  it('gives up a connection that has gone silent', async () => {
    const mute: Step = () => undefined
    const events = await eventsOf([sse(event('a-1')), mute, sse(event('a-2'))], { silence: 30 })
    expect([(await value(events)).id, (await value(events)).id]).to.deep.equal(['a-1', 'a-2'])
  })

  it('keeps a connection that shows a sign of life', async () => {
    let beats: NodeJS.Timeout
    const alive: Step = (res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      let count = 0
      beats = setInterval(() => res.write(++count < 12 ? ':\n\n' : event('a-1')), 50)
    }
    const events = await eventsOf([alive], { silence: 500 })
    expect((await value(events)).id).to.equal('a-1')
    clearInterval(beats!)
    expect(requests).to.have.length(1)
  })

  it('passes over events of kinds that it does not know', async () => {
    const events = await eventsOf([sse(`event: novelty\ndata: {}\n\n${event('a-1')}`)])
    expect((await value(events)).id).to.equal('a-1')
  })

  it('waits no longer than the first time once it was well again in between', async () => {
    const steps = Array.from({ length: 14 }, (_, i) => sse(event(`a-${i}`), 'end'))
    const events = await eventsOf([...steps, sse(event('last'))], { most: 60_000 })
    for (const _ of steps) await value(events)
    expect((await value(events)).id).to.equal('last')
  })
})
