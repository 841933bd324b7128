import { expect } from 'chai'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createClient, type Client, type TaskEvent } from '../../src/client/index.ts'
import { startCutter, type Cutter } from './cutter.ts'
import { rejection } from '../rejection.ts'
import { startService, type TestService } from './service.ts'

const soon = { least: 1, most: 20 }

describe('events', () => {
  let service: TestService
  let restarted: TestService | undefined
  let cutter: Cutter
  let client: Client
  let stop: AbortController
  const answers: ServerResponse[] = []
  beforeEach(async () => {
    service = await startService({}, [(_req, res, next) => (answers.push(res), next())])
    for (const name of ['ONE', 'TWO']) service.manager.register(name, { run: () => undefined })
    cutter = await startCutter(service.port)
    stop = new AbortController()
    client = createClient({ baseUrl: `http://127.0.0.1:${cutter.port}/housekeeping`, reconnect: soon })
  })
  afterEach(async () => {
    stop.abort()
    cutter.close()
    await service.close()
    await restarted?.close()
  })

  const create = (operation: string) => service.manager.create(operation, {}, { autoStart: false })

  /** Reads the next events that fit. */
  async function next(events: AsyncGenerator<TaskEvent, void>, count: number): Promise<TaskEvent[]> {
    const seen: TaskEvent[] = []
    while (seen.length < count) {
      const { value, done } = await events.next()
      if (done || value === undefined) break
      seen.push(value)
    }
    return seen
  }

  /** A stream that is certainly open: an id that the service does not know is answered by a reset. */
  async function opened(operations?: string[]): Promise<AsyncGenerator<TaskEvent, void>> {
    const events = client.events({ operations, lastEventId: 'elsewhere-1', signal: stop.signal })
    const [event] = await next(events, 1)
    expect(event?.type).to.equal('reset')
    return events
  }

  it('tells each change of a task with its operation and state, in order', async () => {
    const events = await opened(['TWO'])
    const { task } = await service.manager.create('TWO')
    const seen = await next(events, 3)
    expect(seen.map((event) => [event.type, event.type !== 'reset' && event.task.state])).to.deep.equal([
      ['created', 'NEW'],
      ['updated', 'ACTIVE'],
      ['updated', 'SUCCEEDED'],
    ])
    for (const event of seen)
      expect(event).to.have.nested.include({ 'task.id': task.id, 'task.operation': 'TWO' })
  })

  it('tells only of the operations that were asked for', async () => {
    const events = await opened(['TWO'])
    await create('ONE')
    const { task } = await create('TWO')
    expect((await next(events, 1))[0]).to.have.nested.include({ 'task.id': task.id })
  })

  it('comes back after a connection broke, without missing or repeating an event', async () => {
    const events = await opened()
    const before = await create('TWO')
    await until(events, before.task.id)
    cutter.refuse(true)
    cutter.cut()
    const meanwhile = [await create('TWO'), await create('TWO'), await create('TWO')]
    const first = next(events, 1)
    cutter.refuse(false)
    const seen = await first
    const after = await create('TWO')
    seen.push(...(await next(events, 3)))
    const expected = [...meanwhile, after].map(({ task }) => task.id)
    expect(seen.map((event) => event.type !== 'reset' && event.task.id)).to.deep.equal(expected)
  })

  it('misses nothing when the connection broke before the first event', async () => {
    const events = client.events({ signal: stop.signal })
    const first = next(events, 1)
    await cutter.passed('event: ready')
    cutter.refuse(true)
    cutter.cut()
    const { task } = await create('TWO')
    cutter.refuse(false)
    expect((await first)[0]).to.have.nested.include({ 'task.id': task.id })
  })

  it('comes back again and again', async () => {
    const events = await opened()
    for (let round = 0; round < 5; round++) {
      const made = cutter.made
      cutter.cut()
      const { task } = await create('TWO')
      await until(events, task.id)
      expect(cutter.made).to.be.greaterThan(made)
    }
  })

  it('tells by a reset that events were missed, when the service was started anew', async () => {
    const events = await opened()
    restarted = await startService()
    restarted.manager.register('NEW_ONE', { run: () => undefined })
    cutter.target = restarted.port
    cutter.cut()
    const [event] = await until(events, 'reset')
    expect(event?.type).to.equal('reset')
    const { task } = await restarted.manager.create('NEW_ONE', {}, { autoStart: false })
    await until(events, task.id)
  })

  it('goes on behind the event whose id it is given', async () => {
    const events = await opened()
    const marked = await create('TWO')
    const { id } = (await until(events, marked.task.id)).at(-1)!
    await events.return()
    const missed = await create('TWO')
    const again = client.events({ lastEventId: id, signal: stop.signal })
    expect((await next(again, 1))[0]).to.have.nested.include({ 'task.id': missed.task.id })
  })

  it('ends with the reason of its signal, and closes its connection', async () => {
    const events = await opened()
    const reading = rejection(events.next())
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await reading).to.equal(reason)
  })

  it('closes its connection when the caller stops reading', async () => {
    const events = await opened()
    await create('ONE')
    for await (const event of events) {
      expect(event.type).to.equal('created')
      break
    }
    const answer = answers.at(-1)!
    if (!answer.closed) await once(answer, 'close')
  })

  async function until(events: AsyncGenerator<TaskEvent, void>, what: string): Promise<TaskEvent[]> {
    const seen: TaskEvent[] = []
    while (true) {
      const [event] = await next(events, 1)
      if (event === undefined) throw new Error('the events ended')
      seen.push(event)
      if (event.type === 'reset' ? what === 'reset' : event.task.id === what) return seen
    }
  }
})
