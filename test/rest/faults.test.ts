import { expect } from 'chai'
import * as fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { Manager } from '../../src/index.ts'
import { housekeepingRouter } from '../../src/rest/index.ts'
import { ask, closed, listening, restSuite, type Answer, type Service } from './service.ts'

restSuite('A request that does not fit the API document', ({ serve }) => {
  let service: Service
  before(async () => {
    service = await serve({ router: { bodyLimit: 2000 } })
  })
  after(() => service.close())

  const post = (body: unknown, headers = {}) => ask(service, 'POST', '/hk/tasks', { body, headers })
  const paths = ({ body }: Answer): string[] => body.errors.map(({ path }: { path: string }) => path)

  function expectProblem({ status, headers, body }: Answer, expected: number, code: string): void {
    expect([status, body.code], JSON.stringify(body)).to.deep.equal([expected, code])
    expect(headers['content-type']).to.equal('application/problem+json; charset=utf-8')
    expect(body).to.include.keys('type', 'title', 'detail')
    expect(body.status).to.equal(status)
  }

  it('is told every fault at once, with its place, what was expected and what came', async () => {
    const answer = await post({
      operation: 7,
      priority: 'high',
      tags: ['a', 'a'],
      retry: { limit: -1, often: true },
      ttl: 'soon',
      more: 1,
    })
    expectProblem(answer, 400, 'invalid-request')
    expect(paths(answer)).to.have.members([
      '/operation',
      '/priority',
      '/tags',
      '/retry/limit',
      '/retry/often',
      '/ttl',
      '/more',
    ])
    const messages = Object.fromEntries(
      answer.body.errors.map(({ path, message }: { path: string; message: string }) => [path, message]),
    )
    expect(messages['/operation']).to.equal('must be string, got 7')
    expect(messages['/retry/limit']).to.equal('must be >= 0, got -1')
    expect(messages['/more']).to.equal('is not a property that is taken')
    expect(messages['/ttl']).to.match(/^must be integer or must match pattern .*, got "soon"$/)
  })

  it('is told of its parameters by name', async () => {
    const answer = await ask(
      service,
      'GET',
      '/hk/tasks?limit=0&state=GONE&sort=&foo=1&createdSince=yesterday&__proto__=1',
    )
    expectProblem(answer, 400, 'invalid-request')
    expect(paths(answer)).to.have.members(['limit', 'state.0', 'sort', 'foo', 'createdSince', '__proto__'])
    const id = await ask(service, 'GET', '/hk/tasks/a%2Fb')
    expect(paths(id)).to.deep.equal(['id'])
    const header = await ask(service, 'GET', '/hk/tasks/a', {
      headers: { 'if-none-match': '"'.repeat(1001) },
    })
    expect(paths(header)).to.deep.equal(['if-none-match'])
  })

  it('is told of arguments by their place in the body', async () => {
    const answer = await post({ operation: 'ECHO', args: { count: -1, text: 5 } })
    expectProblem(answer, 400, 'invalid-arguments')
    expect(paths(answer)).to.have.members(['/args/count', '/args/text'])
  })

  it('is told what does not go together in a change of a task, by its place in the body', async () => {
    const { body: task } = await post({ operation: 'HOLD', autoStart: false })
    for (const [change, place] of [
      [{ message: 'x' }, '/message'],
      [{ state: 'ACTIVE', message: 'x' }, '/message'],
      [{ state: 'CANCELED', message: '' }, '/message'],
      [{ result: 1 }, '/result'],
      [{ state: 'ACTIVE', result: 3 }, '/result'],
    ] as const) {
      const answer = await ask(service, 'PATCH', `/hk/tasks/${task.id}`, { body: change })
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer), JSON.stringify(change)).to.deep.equal([place])
    }
    for (const [path, body] of [
      [`/hk/tasks/${task.id}/cancel`, { reason: '' }],
      ['/hk/tasks/bulk', { action: 'cancel', filter: {}, reason: '' }],
      // JSON Schema counts characters where the manager counts UTF-16 units.
      [`/hk/tasks/${task.id}/cancel`, { reason: '😀'.repeat(400) }],
      ['/hk/tasks/bulk', { action: 'cancel', filter: {}, reason: '😀'.repeat(400) }],
    ] as const) {
      const answer = await ask(service, 'POST', path, { body })
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer), path).to.deep.equal(['/reason'])
    }
    expect(service.logged).to.deep.equal([])
  })

  it('is refused with a time that no clock shows', async () => {
    for (const time of [
      '2026-02-30T00:00:00Z',
      '2016-12-31T23:59:60Z',
      '2026-01-01',
      '2026-01-01T25:00:00Z',
    ]) {
      const answer = await ask(service, 'GET', `/hk/tasks?createdSince=${time}`)
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer), time).to.deep.equal(['createdSince'])
    }
  })

  it('is refused with a body that is no JSON, is empty, or is not told to be JSON', async () => {
    for (const body of [
      '{',
      '{"operation":',
      'ECHO',
      '\u0000',
      '{"operation":"ECHO"}}',
      "{'operation':'ECHO'}",
    ])
      expectProblem(await post(body), 400, 'invalid-request')
    expectProblem(await ask(service, 'POST', '/hk/tasks'), 400, 'invalid-request')
    for (const body of ['null', '[]', '"ECHO"', '1', 'true']) {
      const answer = await post(body)
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer)[0], body).to.equal('')
    }
    const body = { operation: 'ECHO' }
    for (const type of [
      'text/plain',
      'application/xml',
      'application/jsonx',
      'json',
      ';',
      'application/x-www-form-urlencoded',
    ]) {
      expectProblem(await post(body, { 'content-type': type }), 415, 'unsupported-media-type')
    }
    const form = { 'content-type': 'multipart/form-data; boundary=x' }
    const scheduled = await ask(service, 'POST', '/hk/schedules', { body, headers: form })
    expectProblem(scheduled, 415, 'unsupported-media-type')
    expectProblem(
      await post(body, { 'content-type': 'application/json; charset=utf-16le' }),
      400,
      'invalid-request',
    )
    expectProblem(
      await post(body, { 'content-type': 'application/json; charset=klingon' }),
      415,
      'unsupported-media-type',
    )
    expectProblem(await post(body, { 'content-encoding': 'rot13' }), 415, 'unsupported-media-type')
  })

  it('is refused with a body that is not packed as it says', async () => {
    for (const encoding of ['gzip', 'br', 'deflate']) {
      const answer = await post('{"operation":"ECHO"}', { 'content-encoding': encoding })
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer), encoding).to.deep.equal([''])
    }
    expect(service.logged).to.deep.equal([])
  })

  it('may say JSON in any way that means JSON', async () => {
    for (const type of [
      'application/json',
      'Application/JSON; charset=UTF-8',
      'application/json;x=y',
      'application/json ; charset=utf-8',
    ]) {
      expect((await post({ operation: 'ECHO' }, { 'content-type': type })).status, type).to.equal(201)
    }
    const zipped = await post(gzipSync(JSON.stringify({ operation: 'ECHO' })), {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    })
    expect(zipped.status).to.equal(201)
  })

  it('is refused when it is larger than the limit, also when it was packed small', async () => {
    const large = JSON.stringify({ operation: 'ECHO', args: { text: 'x'.repeat(3000) } })
    const answer = await post(large)
    expectProblem(answer, 413, 'payload-too-large')
    expect(answer.body.detail).to.equal('the body is larger than 2000 bytes (option "bodyLimit")')
    expectProblem(await post(large, { 'transfer-encoding': 'chunked' }), 413, 'payload-too-large')
    const bomb = gzipSync(large)
    expect(bomb.length).to.be.lessThan(2000)
    expectProblem(
      await post(bomb, { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
      413,
      'payload-too-large',
    )
  })

  it('is refused with numbers beyond all bounds, in every corner', async () => {
    for (const [number, place] of [
      ['1e400', '/priority'],
      ['-1e400', '/priority'],
      ['123456789012345678901234567890', '/priority'],
      ['0.5', '/priority'],
    ]) {
      const answer = await post(`{"operation":"ECHO","${place!.slice(1)}":${number}}`)
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer), number).to.deep.equal([place])
    }
    const deep = await post('{"operation":"HOLD","args":{"a":[{"b":1e999}]}}')
    expectProblem(deep, 400, 'invalid-request')
    expect(paths(deep)).to.deep.equal(['/args/a/0/b'])
    for (const limit of ['1e400', '-0', '9007199254740993', '0x10000', 'NaN', 'Infinity', '1.5']) {
      expectProblem(await ask(service, 'GET', `/hk/tasks?limit=${limit}`), 400, 'invalid-request')
    }
  })

  it('is refused with keys that could poison objects, wherever they are', async () => {
    for (const [body, place] of [
      ['{"operation":"ECHO","__proto__":{"autoStart":false}}', '/__proto__'],
      ['{"operation":"ECHO","args":{"__proto__":{"polluted":1}}}', '/args/__proto__'],
      [
        '{"operation":"ECHO","args":{"more":{"x":[{"constructor":{"prototype":{"polluted":1}}}]}}}',
        '/args/more/x/0/constructor',
      ],
      ['{"operation":"ECHO","args":{"\\u005f_proto__":{"polluted":1}}}', '/args/__proto__'],
      ['{"operation":"ECHO","retry":{"__proto__":{"limit":9}}}', '/retry/__proto__'],
    ]) {
      const answer = await post(body)
      expectProblem(answer, 400, 'invalid-request')
      expect(paths(answer), body).to.include(place)
    }
    expect(({} as { polluted?: number }).polluted).to.equal(undefined)
  })

  it('is refused when it is nested without end', async () => {
    const answer = await post(`{"operation":"HOLD","args":{"a":${'['.repeat(900)}${']'.repeat(900)}}}`)
    expectProblem(answer, 400, 'invalid-request')
    expect(answer.body.errors[0].message).to.equal('is nested deeper than 100 levels')
  })

  it('is refused with texts that are too long, and its problem stays short', async () => {
    const answer = await post({ operation: 'x'.repeat(1500) })
    expectProblem(answer, 400, 'invalid-request')
    expect(paths(answer)).to.deep.equal(['/operation'])
    expect(answer.text.length).to.be.lessThan(1000)
  })

  it('is refused with a cursor that no list made, and one of another sort', async () => {
    expectProblem(await ask(service, 'GET', '/hk/tasks?cursor=nonsense'), 400, 'invalid-cursor')
  })

  it('never fails the service, whatever it says', async () => {
    const name = fc.constantFrom(
      'operation',
      'args',
      'priority',
      'tags',
      'after',
      'retry',
      'ttl',
      'dedupKey',
      '__proto__',
      'x',
    )
    const body = fc.oneof(fc.dictionary(name, fc.jsonValue()), fc.jsonValue(), fc.string())
    const path = fc.constantFrom(
      '/hk/tasks',
      '/hk/tasks/bulk',
      '/hk/tasks/x/cancel',
      '/hk/tasks/x',
      '/hk/operations/ECHO',
    )
    const method = fc.constantFrom('POST', 'PATCH', 'DELETE')
    await fc.assert(
      fc.asyncProperty(method, path, body, async (verb, where, what) => {
        const { status } = await ask(service, verb, where, {
          body: typeof what === 'string' ? what : JSON.stringify(what),
        })
        expect(status).to.be.within(200, 499)
      }),
      { numRuns: 100 },
    )
    await fc.assert(
      fc.asyncProperty(fc.webQueryParameters(), async (query) => {
        const { status } = await ask(service, 'GET', `/hk/tasks?${query}`)
        expect(status).to.be.within(200, 499)
      }),
      { numRuns: 50 },
    )
    expect(service.logged).to.deep.equal([])
  })

  it('costs no memory for each new content type that it comes with', async () => {
    const types = Array.from({ length: 50 }, (_, i) => `application/json; v=${i}`)
    const answers = await Promise.all(
      types.map((type) => post({ operation: 'ECHO', nope: 1 }, { 'content-type': type })),
    )
    // Each is validated, and all in the same way.
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).to.have.lengthOf(1)
  })
})

restSuite('An error that nobody expected', ({ serve }) => {
  it('is told without what it says, and logged', async () => {
    const failure = new Error('secret of the database')
    const access = {
      subject: () => Promise.reject(failure),
      canView: () => true,
      canCreate: () => true,
      canCancel: () => true,
      canManage: () => true,
    }
    const service = await serve({ router: { access } })
    const { status, text, body } = await ask(service, 'GET', '/hk/tasks')
    await service.close()
    expect([status, body.code]).to.deep.equal([500, 'internal'])
    expect(text).not.to.include('secret')
    expect(service.logged).to.deep.equal([failure])
  })

  it('is logged where the manager tells its own, unless the router has another logger', async () => {
    const told: unknown[] = []
    const logger = {
      ...console,
      error: (_: string, fields?: { error?: unknown }) => void told.push(fields?.error),
    }
    const failure = new Error('no rule')
    const fails = () => Promise.reject(failure)
    const access = {
      subject: () => 'me',
      canView: fails,
      canCreate: fails,
      canCancel: fails,
      canManage: fails,
    }
    const manager = new Manager({ logger })
    manager.register('ECHO', { run: () => null })
    const server = express().use(housekeepingRouter(manager, { access })).listen(0)
    const { status } = await ask({ port: await listening(server) }, 'GET', '/operations')
    await manager.close()
    await closed(server)
    expect([status, told]).to.deep.equal([500, [failure]])
  })
})
