import { expect } from 'chai'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type Client } from '../../src/client/index.ts'
import { rejection } from '../rejection.ts'
import { startService, type TestService } from './service.ts'

const soon = { least: 1, most: 20 }

/** A client of several URLs, against servers that stand in front of one real service and fail in their own ways. */
describe('a client of several replicas', () => {
  let service: TestService
  let finish: () => void
  const fronts: Server[] = []
  const asked: string[] = []

  beforeEach(async () => {
    asked.length = 0
    service = await startService()
    const held = new Promise<void>((resolve) => (finish = resolve))
    service.manager
      .register('ECHO', { run: ({ args }) => args })
      .register('HOLD', { run: () => held })
      .register('WRITE', {
        async run(ops) {
          ops.log('info', 'first')
          await held
          ops.log('info', 'last')
        },
      })
  })
  afterEach(async () => {
    finish()
    for (const front of fronts.splice(0)) end(front)
    await service.close()
  })

  const end = (server: Server) => {
    server.close()
    server.closeAllConnections()
  }

  /** A server whose requests are noted as `name METHOD /path`; answers its URL. */
  async function front(name: string, listener: RequestListener): Promise<string> {
    const server = createServer((req, res) => {
      asked.push(`${name} ${req.method} ${req.url!.split('?')[0]!.replace('/housekeeping', '')}`)
      listener(req, res)
    }).listen(0, '127.0.0.1')
    fronts.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/housekeeping`
  }

  /** Hands everything on to the service. */
  const well: RequestListener = (req, res) => {
    const onward = asService(req, (answer) => {
      res.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(res)
    })
    res.on('close', () => onward.destroy())
  }
  /** Lets the service do it, and breaks off before its answer has gone out. */
  const mute: RequestListener = (req, res) => {
    asService(req, (answer) => answer.resume().on('end', () => res.destroy()))
  }
  /** Breaks off in the middle of the answer. */
  const halting: RequestListener = (_req, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
    res.write('{"id":', () => res.destroy())
  }
  const problem = (status: number, code: string): RequestListener => {
    return (req, res) => {
      req.resume()
      res.writeHead(status, { 'content-type': 'application/problem+json' })
      res.end(JSON.stringify({ type: 'about:blank', title: code, status, code }))
    }
  }
  function asService(req: IncomingMessage, onAnswer: (answer: IncomingMessage) => void) {
    const { method, url, headers } = req
    const onward = request({ port: service.port, host: '127.0.0.1', method, path: url, headers }, onAnswer)
    onward.on('error', () => undefined)
    return req.pipe(onward)
  }
  /** Where nobody listens. */
  async function nowhere(): Promise<string> {
    const url = await front('nowhere', well)
    const server = fronts.pop()!
    server.close()
    await once(server, 'close')
    return url
  }
  const clientOf = (...baseUrl: string[]): Client => createClient({ baseUrl, reconnect: soon })

  it('asks the next one when nobody is there, whatever it asks for, and stays there', async () => {
    const client = clientOf(await nowhere(), await front('b', well), await front('c', well))
    const { task } = await client.create('HOLD', {}, { autoStart: false })
    expect((await client.update(task.id, { priority: 4 })).priority).to.equal(4)
    expect((await client.cancel(task.id)).state).to.equal('CANCELED')
    expect(asked.map((line) => line.split(' ')[0])).to.deep.equal(['b', 'b', 'b'])
  })

  it('comes back to the first when the others are gone', async () => {
    const urls = [await front('a', well), await front('b', well)]
    const client = clientOf(...urls)
    await client.operations()
    const [a, b] = fronts.splice(0)
    end(a!)
    await client.operations()
    fronts.push(createServer(well).listen(Number(new URL(urls[0]!).port), '127.0.0.1'))
    await once(fronts[0]!, 'listening')
    end(b!)
    expect(await client.operations()).to.have.length(3)
    expect(asked).to.deep.equal(['a GET /operations', 'b GET /operations'])
  })

  it('makes one task though the first answer to its creation was lost, and does not call it a duplicate', async () => {
    for (const lost of [mute, problem(503, 'engine-unavailable')]) {
      const client = clientOf(await front('a', lost), await front('b', well))
      const created = await client.create('ECHO', { text: 'once' }, { wait: 5000 })
      expect(created.task).to.deep.include({ state: 'SUCCEEDED', result: { text: 'once' } })
      expect(created.duplicate).to.equal(false)
    }
    expect(await service.manager.count({ operation: ['ECHO'] })).to.equal(2)
  })

  it("tells of a duplicate where the key is the caller's, or the dedupKey may be somebody else's", async () => {
    const client = clientOf(await front('a', mute), await front('b', well))
    expect(await client.create('ECHO', {}, { idempotencyKey: 'mine' })).to.include({ duplicate: true })
    expect(await client.create('HOLD', {}, { dedupKey: 'k' })).to.include({ duplicate: false })
    expect(await client.create('HOLD', {}, { dedupKey: 'k' })).to.include({ duplicate: true })
  })

  it('reads again elsewhere what came by half', async () => {
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false })
    const client = clientOf(await front('a', halting), await front('b', well))
    expect((await client.get(task.id)).id).to.equal(task.id)
    expect(asked.map((line) => line.split(' ')[0])).to.deep.equal(['a', 'b'])
  })

  it('does nothing twice that is not safe to do twice', async () => {
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false })
    const path = { params: { path: { id: task.id } } }
    for (const lost of [mute, problem(503, 'engine-unavailable')]) {
      const client = clientOf(await front('a', lost), await front('b', well))
      asked.length = 0
      await rejection(client.update(task.id, { priority: 4 }))
      await rejection(client.rerun(task.id))
      await client.raw.POST('/tasks/{id}/cancel', path).catch(() => undefined)
      const headers = { 'If-Match': '"1"' }
      await client.raw
        .PUT('/schedules/{name}', {
          params: { path: { name: 'n' }, header: headers },
          body: { operation: 'ECHO', cron: '@daily' },
        })
        .catch(() => undefined)
      expect(asked.map((line) => line.split(' ')[0])).to.deep.equal(['a', 'a', 'a', 'a'])
    }
  })

  it('asks the next one for anything when one is closing', async () => {
    const { task } = await service.manager.create('HOLD', {}, { autoStart: false })
    const client = clientOf(await front('a', problem(503, 'manager-closed')), await front('b', well))
    expect((await client.update(task.id, { priority: 4 })).priority).to.equal(4)
    expect((await client.cancel(task.id)).state).to.equal('CANCELED')
  })

  it('looks for files where they are, and fails as the service does where nobody has them', async () => {
    const elsewhere = problem(409, 'files-elsewhere')
    const { task } = await service.manager.create('WRITE')
    finish()
    await service.manager.waitFor(task.id)
    const client = clientOf(await front('a', elsewhere), await front('b', well))
    const lines: unknown[] = []
    for await (const { text } of client.output(task.id, { follow: true })) lines.push(text)
    expect(lines).to.deep.equal(['first', 'last'])
    const nobody = clientOf(await front('c', elsewhere), await front('d', elsewhere))
    expect(await rejection(nobody.archive(task.id))).to.include({ code: 'files-elsewhere' })
    expect(await rejection(nobody.create('ECHO', {}))).to.include({ code: 'files-elsewhere' })
    const names = asked.map((line) => line.slice(0, 'a POST'.length))
    expect(names).to.deep.equal(['a GET ', 'b GET ', 'c GET ', 'd GET ', 'c POST'])
  })

  it('follows on at the one that has the files, when that comes back', async () => {
    let asks = 0
    const cut: RequestListener = (req, res) => {
      const onward = asService(req, (answer) => {
        res.writeHead(answer.statusCode!, answer.headers)
        answer.once('data', (bytes) => res.write(bytes, () => res.destroy()))
      })
      res.on('close', () => onward.destroy())
    }
    const busy = problem(503, 'engine-unavailable')
    const gone: RequestListener = (_req, res) => void res.destroy()
    const restarting: RequestListener = (req, res) => ([cut, busy, gone][asks++] ?? well)(req, res)
    const elsewhere = problem(409, 'files-elsewhere')
    const client = clientOf(await front('a', restarting), await front('b', elsewhere))
    const { task } = await service.manager.create('WRITE')
    const texts: (string | undefined)[] = []
    for await (const { text } of client.output(task.id, { follow: true })) {
      texts.push(text)
      finish()
    }
    expect(texts).to.deep.equal(['first', 'last'])
    expect(asks).to.equal(4)
  })

  it('takes any other answer as the answer', async () => {
    const client = clientOf(await front('a', problem(500, 'internal')), await front('b', well))
    expect(await rejection(client.operations())).to.include({ status: 500, code: 'internal' })
    const refusing = clientOf(await front('c', well), await front('d', well))
    expect(await rejection(refusing.get('none'))).to.include({ code: 'task-not-found' })
    expect(asked).to.have.length(2)
  })

  it('fails as the service does when none is well, after each was asked once', async () => {
    const unavailable = problem(503, 'engine-unavailable')
    const gone = [await nowhere(), await nowhere()]
    expect(await rejection(clientOf(...gone).operations())).to.be.instanceOf(TypeError)
    const ill = clientOf(gone[0]!, await front('b', unavailable), gone[1]!, await front('d', unavailable))
    expect(await rejection(ill.operations())).to.include({ status: 503, code: 'engine-unavailable' })
    expect(asked).to.deep.equal(['b GET /operations', 'd GET /operations'])
  })

  it('asks nobody else once its signal has aborted', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const client = clientOf(await front('a', () => stop.abort(reason)), await front('b', well))
    expect(await rejection(client.get('any', { signal: stop.signal }))).to.equal(reason)
    expect(asked).to.deep.equal(['a GET /tasks/any'])
  })

  it('waits on at the next one when one dies', async () => {
    const client = clientOf(await front('a', well), await front('b', well))
    const { task } = await client.create('HOLD')
    const waiting = client.waitFor(task.id)
    while (!asked.includes('a GET /events')) await new Promise(setImmediate)
    end(fronts[0]!)
    while (!asked.includes('b GET /events')) await new Promise(setImmediate)
    finish()
    expect((await waiting).state).to.equal('SUCCEEDED')
  })

  it('follows output on at the next one when one dies, each entry once', async () => {
    const client = clientOf(await front('a', well), await front('b', well))
    const { task } = await client.create('WRITE')
    const texts: (string | undefined)[] = []
    for await (const { text } of client.output(task.id, { follow: true })) {
      texts.push(text)
      if (texts.length > 1) continue
      end(fronts[0]!)
      finish()
    }
    expect(texts).to.deep.equal(['first', 'last'])
  })

  it('leaves one that has gone silent', async () => {
    const silent: RequestListener = (req, res) => {
      if (!req.url!.includes('/events')) return well(req, res)
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.write('event: ready\nid: a-0\ndata: {}\n\n')
    }
    const urls = [await front('a', silent), await front('b', well)]
    const stop = new AbortController()
    const client = createClient({ baseUrl: urls, reconnect: { ...soon, silence: 50 } })
    const events = client.events({ signal: stop.signal })
    const first = events.next()
    while (!asked.includes('b GET /events')) await new Promise(setImmediate)
    expect((await first).value).to.include({ type: 'reset' })
    stop.abort()
  })

  it("calls the caller's own fetch as a function, as browsers want theirs", async () => {
    const own = function (this: unknown, request: Request): Promise<Response> {
      expect(this).to.equal(undefined)
      return fetch(request)
    }
    const baseUrl = [await front('a', problem(503, 'manager-closed')), await front('b', well)]
    expect(await createClient({ baseUrl, fetch: own }).operations()).to.have.length(3)
  })

  it('needs one URL at least', () => {
    expect(() => createClient({ baseUrl: [] })).to.throw(TypeError, 'at least one URL')
    expect(() => createClient({ baseUrl: ['http://a/', 'no url'] })).to.throw(TypeError)
  })
})
