import { expect } from 'chai'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { OutputEntry, TaskOps } from '../../src/index.ts'
import { ask, opened, restSuite, type Service } from './service.ts'
import { rulesFor, type Person } from './people.ts'
import { readEvents } from './sse.ts'

restSuite('The output of a task over REST', ({ serve }) => {
  let service: Service
  beforeEach(async () => {
    service = await serve()
  })
  afterEach(() => service.close())

  async function written(lines: number): Promise<string> {
    const { task } = await service.manager.create('LOG', { lines })
    await service.manager.waitFor(task.id)
    return `/hk/tasks/${task.id}/output`
  }

  /** A task that writes when it is told to, and ends with `null`. */
  async function writer(): Promise<{ path: string; id: string; write(line: string | null): void }> {
    const lines: (string | null)[] = []
    let wake: () => void = () => undefined
    service.manager.register('WRITE', {
      async run(ops: TaskOps) {
        for (;;) {
          while (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve))
          const line = lines.shift()
          if (line === null) return
          ops.output('stdout').write(line!)
        }
      },
    })
    const { task } = await service.manager.create('WRITE')
    const write = (line: string | null) => {
      lines.push(line)
      wake()
    }
    return { path: `/hk/tasks/${task.id}/output?stream=stdout&follow=true`, id: task.id, write }
  }

  it('has the notes that runs made for their next attempt', async () => {
    service.manager.register('NOTE', { run: (ops) => ops.checkpoint({ sent: 12 }) })
    const { task } = await service.manager.create('NOTE')
    await service.manager.waitFor(task.id)
    const page = await ask(service, 'GET', `/hk/tasks/${task.id}/output?stream=checkpoint`)
    expect(page.status).to.equal(200)
    expect(page.body.items[0]).to.include({ stream: 'checkpoint', seq: 1, attempt: 1 })
    expect(page.body.items[0].data).to.deep.equal({ sent: 12 })
  })

  it('comes in pages, from the start or from the end', async () => {
    const path = await written(5)
    const first = await ask(service, 'GET', `${path}?limit=2`)
    expect(first.status).to.equal(200)
    expect(first.body.items.map(({ seq, text }: { seq: number; text: string }) => [seq, text])).to.deep.equal(
      [
        [1, 'line 1'],
        [2, 'line 2'],
      ],
    )
    expect(first.body.items[0]).to.include({ stream: 'log', level: 'info', attempt: 1 })
    const second = await ask(service, 'GET', `${path}?limit=2&after=${first.body.cursor}`)
    expect(second.body.items[0].text).to.equal('line 3')
    const tail = await ask(service, 'GET', `${path}?tail=1`)
    expect(tail.body.items.map(({ text }: { text: string }) => text)).to.deep.equal(['line 5'])
    const later = await ask(service, 'GET', `${path}?tail=2&after=2`)
    expect(later.body.items.map(({ text }: { text: string }) => text)).to.deep.equal(['line 4', 'line 5'])
    const none = await ask(service, 'GET', `${path}?tail=2&after=5`)
    expect(none.body.items).to.deep.equal([])
    expect((await ask(service, 'GET', `${path}?stream=stdout`)).body).to.deep.include({
      items: [],
      dropped: 0,
    })
  })

  it('comes whole as lines of text, lines of JSON or events, as the reader likes', async () => {
    const path = await written(1500)
    const text = await ask(service, 'GET', path, { headers: { accept: 'text/plain' } })
    expect(text.headers['content-type']).to.equal('text/plain; charset=utf-8')
    const lines = text.text.split('\n')
    expect([lines.length, lines[0], lines[1499], lines[1500]]).to.deep.equal([
      1501,
      'line 1',
      'line 1500',
      '',
    ])
    const json = await ask(service, 'GET', path, { headers: { accept: 'application/x-ndjson' } })
    const entries = json.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number })
    expect(entries.map(({ seq }) => seq)).to.deep.equal(Array.from({ length: 1500 }, (_, i) => i + 1))
    const events = await readEvents(service, path)
    await events.ended
    expect(events.events).to.have.length(1501)
    expect(events.events[9]).to.include({ id: '10', event: undefined })
    expect(events.events.at(-1)!.event).to.equal('end')
  })

  it('is a page of JSON for those who do not care, and refused to those who want what there is not', async () => {
    const path = await written(1)
    for (const accept of ['*/*', 'application/*', 'text/html, */*;q=0.1', 'application/json']) {
      expect((await ask(service, 'GET', path, { headers: { accept } })).body.items, accept).to.have.length(1)
    }
    const { status, body } = await ask(service, 'GET', path, { headers: { accept: 'image/png' } })
    expect([status, body.code]).to.deep.equal([406, 'not-acceptable'])
    const followed = await ask(service, 'GET', `${path}?follow=true`)
    expect([followed.status, followed.body.errors[0].path]).to.deep.equal([400, 'follow'])
  })

  it('goes on while the task writes, until it has ended', async () => {
    const { path, write } = await writer()
    const response = await opened(service, 'GET', path, { headers: { accept: 'text/plain' } })
    response.setEncoding('utf8')
    write('one')
    expect((await once(response, 'data'))[0]).to.equal('one\n')
    write('two\n')
    expect((await once(response, 'data'))[0]).to.equal('two\n')
    write(null)
    await once(response, 'end')
  })

  it('goes on behind the last event that a reader got', async () => {
    const { path, write } = await writer()
    const first = await readEvents(service, path)
    for (const line of ['a', 'b', 'c']) write(line)
    await first.next(({ id }) => id === '2')
    first.leave()
    const second = await readEvents(service, path, { 'last-event-id': '2' })
    write(null)
    await second.ended
    expect(second.events.map(({ id, event }) => id ?? event)).to.deep.equal(['3', 'end'])
  })

  it('frees what belonged to a reader that leaves in mid-stream', async () => {
    const { path, id, write } = await writer()
    const follow = service.manager.followPages.bind(service.manager)
    let freed: () => void
    const done = new Promise<void>((resolve) => (freed = resolve))
    service.manager.followPages = async function* (...args) {
      try {
        yield* follow(...args)
      } finally {
        freed()
      }
    }
    const reader = await readEvents(service, path)
    write('one')
    await reader.next(({ id: seq }) => seq === '1')
    reader.leave()
    await done
    expect((await service.manager.get(id)).state).to.equal('ACTIVE')
    write(null)
  })

  it('is byte for byte what was printed, where that is no text', async () => {
    const { task } = await service.manager.create('LOG', { lines: 0 })
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41])
    const entry = { time: 0, stream: 'stdout', attempt: 1 } as const
    const printed: OutputEntry[] = [
      { ...entry, seq: 4, text: 'one' },
      { ...entry, seq: 8, text: 'half', partial: true },
      { ...entry, seq: 13, text: 'line\r' },
      { ...entry, seq: 14, text: '' },
      { ...entry, seq: 19, text: bytes.toString(), base64: bytes.toString('base64') },
      { ...entry, seq: 23, text: bytes.toString(), base64: bytes.toString('base64'), partial: true },
    ]
    service.manager.output = (_, { after = 0 }) =>
      Promise.resolve({ items: printed.filter(({ seq }) => seq > after), cursor: 23, dropped: 0 })
    const path = `/hk/tasks/${task.id}/output?stream=stdout`
    const response = await opened(service, 'GET', path, { headers: { accept: 'text/plain' } })
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const whole = [Buffer.from('one\nhalfline\r\n\n'), bytes, Buffer.from('\n'), bytes]
    expect(Buffer.concat(chunks).toString('hex')).to.equal(Buffer.concat(whole).toString('hex'))
    const page = await ask(service, 'GET', path)
    expect(page.body.items[5]).to.include({ base64: '//4AQQ==', partial: true, seq: 23 })
    expect(page.body.items[0]).not.to.have.any.keys('base64', 'partial')
    const rest = await readEvents(service, path, { 'last-event-id': '19' })
    await rest.ended
    expect(rest.events.map(({ id, event }) => id ?? event)).to.deep.equal(['23', 'end'])
  })

  it('comes in few writes, however many entries there are', async () => {
    const path = await written(1900)
    let writes = 0
    service.server.on('request', (_, response: ServerResponse) => {
      const write = response.write.bind(response) as (chunk: unknown) => boolean
      response.write = (chunk: unknown) => {
        writes++
        return write(chunk)
      }
    })
    for (const accept of ['text/plain', 'application/x-ndjson', 'text/event-stream']) {
      writes = 0
      const { text } = await ask(service, 'GET', `${path}?follow=true`, { headers: { accept } })
      expect(text.match(/line \d+/g), accept).to.have.length(1900)
      expect(writes, accept).to.be.within(1, 40)
    }
  })

  it('waits for a reader that reads slowly, rather than keeping everything for it', async () => {
    const big = 'x'.repeat(10_000)
    service.manager.register('BIG', {
      run: (ops: TaskOps) => {
        for (let i = 0; i < 1000; i++) ops.output('items').write(big)
      },
    })
    const { task } = await service.manager.create('BIG')
    await service.manager.waitFor(task.id)
    const output = service.manager.output.bind(service.manager)
    let pages = 0
    service.manager.output = (...args) => {
      pages++
      return output(...args)
    }
    const sockets: import('node:net').Socket[] = []
    service.server.on('connection', (socket) => sockets.push(socket))
    const response = await opened(service, 'GET', `/hk/tasks/${task.id}/output?stream=items`, {
      headers: { accept: 'text/plain' },
    })
    await once(response, 'readable')
    expect(sockets[0]!.writableLength).to.be.lessThan(200_000)
    let size = 0
    for await (const chunk of response) size += (chunk as Buffer).length
    expect(size).to.equal(1000 * 10_001)
    expect(pages).to.equal(2)
  })

  it('ends when its reader may see it no longer', async () => {
    await service.close()
    const people: Record<string, Person> = { ann: { view: { WRITE: true } } }
    service = await serve({ router: { access: rulesFor(people), heartbeat: 10 } })
    const { path, write } = await writer()
    const reader = await readEvents(service, path, { 'x-user': 'ann' })
    write('one')
    await reader.next(({ id }) => id === '1')
    people['ann'] = {}
    const going = setInterval(() => write('more'), 5)
    await reader.ended
    clearInterval(going)
    expect(reader.events.at(-1)!.event).not.to.equal('end')
    write(null)
  })
})
