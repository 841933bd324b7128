import { expect } from 'chai'
import { once } from 'node:events'
import express from 'express'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { fetched, serveFiles, type FilingService } from './filing.ts'
import { rulesFor } from './people.ts'
import { ask, type Answer, type ServiceOptions } from './service.ts'

const TYPE = 'multipart/form-data; boundary=cut'

interface Part {
  readonly name?: string
  readonly file?: string
  readonly type?: string
  readonly content: string | Buffer
}

/** A form as bytes, just as it is told to be. */
function form(...parts: Part[]): Buffer {
  const pieces = parts.map(({ name = 'files', file, type, content }) =>
    Buffer.concat([Buffer.from(head(name, file, type)), Buffer.from(content as Buffer), Buffer.from('\r\n')]),
  )
  return Buffer.concat([...pieces, Buffer.from('--cut--\r\n')])
}

function head(name: string, file?: string, type?: string): string {
  const fileName = file === undefined ? '' : `; filename="${file.replaceAll('"', '%22')}"`
  const contentType = type === undefined ? '' : `Content-Type: ${type}\r\n`
  return `--cut\r\nContent-Disposition: form-data; name="${name}"${fileName}\r\n${contentType}\r\n`
}

const task = (creation: object = { operation: 'FILE' }): Part => ({
  name: 'task',
  content: JSON.stringify(creation),
})

/** The same with a part behind its last one. */
function withLast(body: Buffer, part: Buffer): Buffer {
  const end = body.lastIndexOf('--cut--')
  return Buffer.concat([body.subarray(0, end), part, body.subarray(end)])
}

describe('A creation that brings files along', () => {
  let service: FilingService
  beforeEach(async () => {
    service = await serveFiles({
      router: { uploads: { files: 3, fileSize: 1_000_000, totalSize: 1_500_000 } },
    })
  })
  afterEach(() => service.close())

  async function again(options: ServiceOptions): Promise<void> {
    await service.close()
    service = await serveFiles(options)
  }

  const post = (body: Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(service, 'POST', '/hk/tasks', { body, headers: { 'content-type': TYPE, ...headers } })

  /** A form whose bytes come when the test says so. */
  function posting(headers: Record<string, string> = {}): {
    sending: ClientRequest
    answer: Promise<IncomingMessage>
  } {
    const sending = request({
      port: service.port,
      method: 'POST',
      path: '/hk/tasks',
      headers: { 'content-type': TYPE, ...headers },
      agent: false,
    })
    const answer = once(sending, 'response').then(([response]) => response as IncomingMessage)
    answer.catch(() => {})
    sending.on('error', () => {})
    return { sending, answer }
  }

  async function expectNothing(): Promise<void> {
    expect(await service.kept()).to.deep.equal({ tasks: [], staged: [] })
    expect(await service.manager.count()).to.equal(0)
  }

  const contents = async (id: string, path: string) =>
    (await fetched(service, `/hk/tasks/${id}/files/${path}`)).bytes

  it('has them in its working directory, in whatever order the parts come', async () => {
    const files: Part[] = [
      { file: 'a.txt', content: 'text' },
      { name: 'whatever', file: 'deep/er/ünï ✓.bin', content: Buffer.from([0, 255, 13, 10, 45, 45]) },
    ]
    for (const parts of [
      [task(), ...files],
      [...files, task()],
      [files[0]!, task(), files[1]!],
    ]) {
      const { status, body, headers } = await post(form(...parts))
      expect(status, JSON.stringify(body)).to.equal(201)
      expect(headers.location).to.equal(`tasks/${body.id}`)
      expect((await contents(body.id, 'a.txt')).toString()).to.equal('text')
      const deep = await contents(body.id, `deep/er/${encodeURIComponent('ünï ✓.bin')}`)
      expect([...deep]).to.deep.equal([0, 255, 13, 10, 45, 45])
    }
    expect((await service.kept()).staged).to.deep.equal([])
  })

  it('is what a form of a browser makes, and of fetch', async () => {
    const data = new FormData()
    data.append('task', new Blob([JSON.stringify({ operation: 'FILE' })], { type: 'application/json' }))
    data.append('files', new Blob(['one']), 'one.txt')
    data.append('files', new Blob(['two'], { type: 'text/html' }), 'two.html')
    const response = await fetch(`http://127.0.0.1:${service.port}/hk/tasks`, { method: 'POST', body: data })
    const { id } = (await response.json()) as { id: string }
    expect(response.status).to.equal(201)
    expect((await contents(id, 'two.html')).toString()).to.equal('two')
    // What a browser sends for a field in which no file was chosen.
    const { status } = await post(form(task(), { file: '', type: 'application/octet-stream', content: '' }))
    expect(status).to.equal(201)
  })

  it('may bring none', async () => {
    const { status, body } = await post(form(task({ operation: 'ECHO', args: { text: 'hi' } })))
    expect([status, body.args]).to.deep.equal([201, { text: 'hi' }])
  })

  it('waits for the end, and is found again by its key, as any other', async () => {
    const headers = { prefer: 'wait=10', 'idempotency-key': 'one' }
    const body = form(task(), { file: 'a', content: 'a' })
    const first = await post(body, headers)
    expect([first.status, first.body.state]).to.deep.equal([201, 'SUCCEEDED'])
    const second = await post(body, headers)
    expect([second.status, second.body.id]).to.deep.equal([200, first.body.id])
    expect(await service.kept()).to.deep.equal({ tasks: [first.body.id], staged: [] })
  })

  it('is not the one that its key was used for where its files have other names or contents', async () => {
    const headers = { 'idempotency-key': 'one' }
    const files = [
      { file: 'a', content: '1' },
      { file: 'b', content: '22' },
    ]
    const first = await post(form(task(), ...files), headers)
    const turned = await post(form(...files.toReversed(), task()), headers)
    expect([turned.status, turned.body.id]).to.deep.equal([200, first.body.id])
    for (const others of [
      [{ file: 'a', content: '123' }],
      [
        { file: 'a', content: '1' },
        { file: 'b', content: '23' },
      ],
      [
        { file: 'a', content: '22' },
        { file: 'b', content: '1' },
      ],
      [
        { file: 'a', content: '1' },
        { file: 'c', content: '22' },
      ],
    ]) {
      const { body } = await post(form(task(), ...others), headers)
      expect(body.code).to.equal('idempotency-mismatch')
    }
    expect(await service.kept()).to.deep.equal({ tasks: [first.body.id], staged: [] })
  })

  it('is checked as one without files, and leaves nothing when it does not fit', async () => {
    for (const [parts, path] of [
      [[task({ operation: 'FILE', nope: 1 })], '/nope'],
      [[task({ operation: 'FILE', priority: 'high' })], '/priority'],
      [[{ name: 'task', content: '[]' }], ''],
      [[{ name: 'task', content: '{"operation":"FILE"' }], 'task'],
      [[{ name: 'task', content: '' }], 'task'],
      [[], 'task'],
      [[task(), task()], 'task'],
      [[task(), { name: 'more', content: 'text' }], 'more'],
      [[task(), { name: 'x', type: 'application/octet-stream', content: 'text' }], ''],
      [[task(), { file: '', content: 'text' }], ''],
      [[task({ operation: 'ECHO' })], '/files'],
    ] as [Part[], string][]) {
      const { status, body } = await post(form({ file: 'a', content: 'a' }, ...parts))
      expect([status, body.code], JSON.stringify(parts)).to.deep.equal([400, 'invalid-request'])
      expect(body.errors[0].path, JSON.stringify([parts, body])).to.equal(path)
    }
    const none = await post(form({ file: 'a', content: 'a' }, task({ operation: 'NONE' })))
    expect([none.status, none.body.code]).to.deep.equal([409, 'unsupported-operation'])
    await expectNothing()
    expect(service.logged).to.deep.equal([])
  })

  it('is refused with files that lead out of its directory', async () => {
    for (const file of [
      '../x',
      '/etc/x',
      'a/../../x',
      '..',
      '.',
      'a//b',
      'a\u0000b',
      '.majordomo/stdout',
      'x'.repeat(300),
      'a/'.repeat(3000),
    ]) {
      const { status, body } = await post(form(task(), { file, content: 'x' }))
      expect([status, body.code], `${file.slice(0, 50)} ${JSON.stringify(body)}`).to.deep.equal([
        400,
        'invalid-request',
      ])
    }
    const twice = await post(form(task(), { file: 'a', content: '1' }, { file: 'a', content: '2' }))
    expect(twice.status).to.equal(400)
    await expectNothing()
  })

  it('is refused with files that are too large or too many, naming the one', async () => {
    const large = Buffer.alloc(1_000_001)
    const half = Buffer.alloc(800_000)
    const refused = async (...parts: Part[]): Promise<string> => {
      const { status, body } = await post(form(...parts))
      expect([status, body.code]).to.deep.equal([413, 'payload-too-large'])
      return body.detail
    }
    expect(await refused(task(), { file: 'big.bin', content: large })).to.include('big.bin')
    expect(await refused({ file: 'big.bin', content: large }, task())).to.include('big.bin')
    expect(
      await refused(task(), { file: 'a', content: half }, { file: 'second.bin', content: half }),
    ).to.include('second.bin')
    const four = ['a', 'b', 'c', 'd.bin'].map((file): Part => ({ file, content: file }))
    expect(await refused(task(), ...four)).to.include('d.bin')
    expect(await refused({ name: 'task', content: `{"operation":"${'x'.repeat(1_100_000)}"}` })).to.include(
      'bodyLimit',
    )
    await expectNothing()
  })

  it('takes a hundred files unless it is told otherwise, and no more', async () => {
    await again({})
    const many = (count: number) =>
      form(...Array.from({ length: count }, (_, i): Part => ({ file: `f${i}`, content: `${i}` })), task())
    const { status, body } = await post(many(100))
    expect(status).to.equal(201)
    expect((await contents(body.id, 'f99')).toString()).to.equal('99')
    expect((await post(many(101))).status).to.equal(413)
    expect((await service.kept()).staged).to.deep.equal([])
  })

  it('tells a client that it is refused while that still sends', async () => {
    const { sending, answer } = posting()
    sending.write(form(task()).subarray(0, -9))
    sending.write(head('files', 'big.bin'))
    sending.write(Buffer.alloc(1_100_000))
    const response = await answer
    expect(response.statusCode).to.equal(413)
    // Nothing breaks off: it may send the rest.
    for (let i = 0; i < 50; i++)
      await new Promise<void>((resolve, reject) =>
        sending.write(Buffer.alloc(100_000), (error) => (error ? reject(error) : resolve())),
      )
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    expect(JSON.parse(text).code).to.equal('payload-too-large')
    sending.destroy()
    await expectNothing()
  })

  it('is refused by its length alone where that is beyond all limits', async () => {
    const { sending, answer } = posting({ 'content-length': '100000000' })
    sending.flushHeaders()
    expect((await answer).statusCode).to.equal(413)
    sending.destroy()
  })

  it('leaves nothing when its client leaves in the middle', async () => {
    const upload = service.manager.upload.bind(service.manager)
    let begun!: () => void
    let gone!: () => void
    let discarded = new Promise<void>((resolve) => (gone = resolve))
    let adding = new Promise<void>((resolve) => (begun = resolve))
    service.manager.upload = async (limits) => {
      const made = await upload(limits)
      return {
        ...made,
        add: (path, content) => {
          begun()
          return made.add(path, content)
        },
        discard: async () => {
          await made.discard()
          gone()
        },
      }
    }
    for (const cut of [`${head('files', 'a.bin')}x`, `${head('files', 'a.bin')}${'x'.repeat(300_000)}`]) {
      const { sending } = posting()
      sending.write(form(task()).subarray(0, -9))
      sending.write(cut)
      await adding
      sending.destroy()
      await discarded
      await expectNothing()
      discarded = new Promise<void>((resolve) => (gone = resolve))
      adding = new Promise<void>((resolve) => (begun = resolve))
    }
    expect(service.logged).to.deep.equal([])
  })

  it('is refused when it ends in the middle, or is no form at all', async () => {
    const whole = form(task(), { file: 'a', content: 'some text' })
    for (const body of [
      whole.subarray(0, -9),
      whole.subarray(0, 80),
      Buffer.from('nonsense'),
      Buffer.from('--cut'),
    ]) {
      const { status, body: problem } = await post(body)
      expect([status, problem.code], body.toString()).to.deep.equal([400, 'invalid-request'])
    }
    const { status } = await post(whole, { 'content-type': 'multipart/form-data' })
    expect(status).to.equal(400)
    expect((await post(whole, { 'content-encoding': 'gzip' })).status).to.equal(415)
    expect((await ask(service, 'POST', '/hk/tasks', { headers: { 'content-type': TYPE } })).status).to.equal(
      400,
    )
    await expectNothing()
  })

  it('is refused with a part that does not tell what it is, instead of losing it', async () => {
    const heads = [
      '',
      'Content-Type: text/plain\r\n',
      'Content-Disposition: attachment; filename="a"\r\n',
      `X-Long: ${'x'.repeat(20_000)}\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n`,
    ]
    for (const lines of heads) {
      const lost = Buffer.from(`--cut\r\n${lines}\r\nlost\r\n`)
      for (const body of [Buffer.concat([lost, form(task())]), withLast(form(task()), lost)]) {
        const answer = await post(body)
        expect([answer.status, answer.body.code], lines.slice(0, 100)).to.deep.equal([400, 'invalid-request'])
      }
    }
    expect(await service.kept()).to.deep.equal({ tasks: [], staged: [] })
  })

  it('keeps no more than some chunks in memory, however small its files are', async () => {
    await again({ router: { uploads: { files: 10_000 } } })
    const small = Array.from({ length: 500 }, (_, i): Part => ({ file: `small/${i}`, content: '' }))
    const whole = form(task(), ...small, { file: 'large', content: Buffer.alloc(20_000_000) })
    let socket!: Socket
    service.server.once('connection', (opened) => (socket = opened))
    const read: Record<string, number> = {}
    const upload = service.manager.upload.bind(service.manager)
    service.manager.upload = async (limits) => {
      const made = await upload(limits)
      const add = made.add.bind(made)
      made.add = (path, content) => {
        read[path] = socket.bytesRead
        return add(path, content)
      }
      return made
    }
    const { status, body } = await post(whole)
    expect(status).to.equal(201)
    expect(await contents(body.id, 'large')).to.have.length(20_000_000)
    expect(Object.keys(read)).to.have.length(501)
    expect(read['large']).to.be.lessThan(1_000_000)
  })

  it('is refused before its files are read, where rights are missing', async () => {
    const people = { ann: { create: ['FILE'], view: { FILE: true } }, bob: { view: { FILE: true } } } as const
    await again({ router: { access: rulesFor(people) } })
    let uploads = 0
    const upload = service.manager.upload.bind(service.manager)
    service.manager.upload = (limits) => {
      uploads++
      return upload(limits)
    }
    for (const [headers, expected] of [
      [{}, 401],
      [{ 'x-user': 'bob' }, 403],
      [{ 'x-user': 'ann', origin: 'https://evil.example' }, 403],
      [{ 'x-user': 'ann', 'sec-fetch-site': 'cross-site' }, 403],
    ] as [Record<string, string>, number][]) {
      const { sending, answer } = posting(headers)
      sending.write(form(task()).subarray(0, -9))
      expect((await answer).statusCode, JSON.stringify(headers)).to.equal(expected)
      sending.destroy()
    }
    expect(uploads).to.equal(0)
    // Which operation it is, only the form tells.
    const { sending, answer } = posting({ 'x-user': 'ann' })
    sending.write(form(task({ operation: 'ECHO' }), { file: 'a', content: 'a' }).subarray(0, -9))
    expect((await answer).statusCode).to.equal(403)
    sending.destroy()
    await expectNothing()
    expect((await post(form(task(), { file: 'a', content: 'a' }), { 'x-user': 'ann' })).status).to.equal(201)
  })

  it('is not taken where the host takes no files', async () => {
    await again({ router: { uploads: false } })
    const { status, body } = await post(form(task()))
    expect([status, body.code]).to.deep.equal([415, 'unsupported-media-type'])
  })

  it("goes along with the host's parsers of other bodies, and tells of one that has read it", async () => {
    await again({ before: (app) => app.use(express.json(), express.urlencoded(), express.text()) })
    expect((await post(form(task()))).status).to.equal(201)
    await again({ before: (app) => app.use(express.raw({ type: () => true })) })
    expect((await post(form(task()))).status).to.equal(500)
    expect(String(service.logged[0])).to.include('mount the router before')
  })

  it('is in the API document', async () => {
    const { body } = await ask(service, 'GET', '/hk/openapi.json')
    const { content } = body.paths['/tasks'].post.requestBody
    expect(Object.keys(content)).to.have.members(['application/json', 'multipart/form-data'])
    expect(body.components.schemas.TaskForm.properties).to.have.keys(['task', 'files'])
  })
})
