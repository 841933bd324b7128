import { expect } from 'chai'
import type { FanOutRequest } from '../../../../src/animators/fanout/request.ts'
import { VERSION } from '../../../../src/core/version.ts'
import { thrown } from '../../../core/thrown.ts'
import { headersOf, prepared, preparer } from './prepared.ts'

const URL_A = 'http://a.example/x'

describe('A request that is made ready', () => {
  it('is complete, by the defaults', () => {
    const request = prepared({ url: URL_A })
    expect(request).to.deep.include({
      index: 0,
      id: 'list-0',
      method: 'GET',
      shown: URL_A,
      origin: 'http://a.example',
      path: '/x',
      headers: ['user-agent', `majordomo/${VERSION}`],
      body: null,
      idempotent: true,
      ignore: false,
      secret: undefined,
    })
    expect(request.policy).to.include({
      ...{ total: 30_000, connect: 10_000, tls: 10_000, headers: Infinity, body: Infinity },
      ...{ redirects: 10, keepBody: 4_096 },
    })
    expect(request.policy.success.key).to.equal('2xx')
    expect(request.connections).to.deep.include({
      ...{ keepAlive: true, idleTimeout: 60_000, maxIdle: Infinity, maxIdlePerHost: Infinity },
      ...{ http2: false, maxStreams: 100, socketPath: undefined },
    })
    expect(request.connections.tls).to.include({ insecure: false, minVersion: 'TLSv1.2', ca: undefined })
  })

  it('takes from the source what it leaves out', () => {
    const source: Partial<FanOutRequest> = {
      ...{ url: URL_A, method: 'POST', body: 'text', secret: 'bmc', ignore: true, idempotent: true },
      ...{ id: 'same', headers: { accept: 'a/b' } },
    }
    expect(prepared({}, source)).to.include({
      ...{
        shown: URL_A,
        method: 'POST',
        body: 'text',
        secret: 'bmc',
        ignore: true,
        idempotent: true,
        id: 'same',
      },
    })
    expect(
      prepared({ url: 'http://b.example/', method: 'PUT', ignore: false, secret: 'other' }, source),
    ).to.include({
      ...{ origin: 'http://b.example', method: 'PUT', ignore: false, secret: 'other' },
    })
    expect(prepared({ url: undefined } as object, source)).to.include({ shown: URL_A })
  })

  it('is idempotent by its method unless it says otherwise', () => {
    const idempotent = (request: Partial<FanOutRequest>) => prepared({ url: URL_A, ...request }).idempotent
    expect(
      (['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'] as const).every((method) => idempotent({ method })),
    ).to.equal(true)
    expect((['POST', 'PATCH'] as const).some((method) => idempotent({ method }))).to.equal(false)
    expect(idempotent({ method: 'POST', idempotent: true })).to.equal(true)
    expect(idempotent({ idempotent: false })).to.equal(false)
  })

  it('names the service in its User-Agent, unless it has one', () => {
    const named = preparer({}, { serviceName: 'inventory' })
    expect(headersOf(named.prepare({ url: URL_A }, 0))).to.include({
      'user-agent': `inventory majordomo/${VERSION}`,
    })
    expect(headersOf(named.prepare({ url: URL_A, headers: { 'USER-AGENT': 'me' } }, 0))).to.deep.equal({
      'user-agent': 'me',
    })
    expect(thrown(() => preparer({}, { serviceName: 'a\r\nb' }))).to.include({ code: 'invalid-option' })
  })

  it('lays its headers over those of the source by name, whatever the case', () => {
    const request = prepared(
      { url: URL_A, headers: { accept: 'c/d', 'X-Many': ['1', '2'], 'x-gone': [] } },
      { headers: { Accept: 'a/b', 'X-Gone': 'x', 'X-Stays': 'y', 'user-agent': 'me' } },
    )
    expect(request.headers).to.deep.equal([
      'X-Stays',
      'y',
      'user-agent',
      'me',
      'accept',
      'c/d',
      'X-Many',
      '1',
      'X-Many',
      '2',
    ])
  })

  it('lays its query over that of the source, and shows no value of either', () => {
    const request = prepared(
      { url: `${URL_A}?a=1`, query: { page: '2', q: 'ö' } },
      { query: { page: '1', pin: 'hush' } },
    )
    expect(request.path).to.equal('/x?a=1&page=2&pin=hush&q=%C3%B6')
    expect(request.shown).to.equal(`${URL_A}?a=1&page=[redacted]&pin=[redacted]&q=[redacted]`)
  })

  it('sends user and password of its URL, unless it has an Authorization', () => {
    const url = 'http://user:pass@a.example/'
    expect(headersOf(prepared({ url }))).to.include({ authorization: `Basic ${btoa('user:pass')}` })
    expect(headersOf(prepared({ url, headers: { Authorization: 'mine' } }))).to.include({
      authorization: 'mine',
    })
    expect(JSON.stringify(prepared({ url }).shown)).not.to.contain('pass')
  })

  it('sends one body, any of its own in place of any of the source', () => {
    const source: Partial<FanOutRequest> = { url: URL_A, method: 'PUT', json: { on: true } }
    expect(prepared({}, source)).to.include({ body: '{"on":true}' })
    expect(headersOf(prepared({}, source))).to.include({ 'content-type': 'application/json' })
    const text = prepared({ body: 'text' }, source)
    expect([text.body, headersOf(text)['content-type']]).to.deep.equal(['text', undefined])
    expect(prepared({ bodyBase64: 'aHVzaA==' }, source).body).to.deep.equal(Buffer.from('hush'))
    expect(headersOf(prepared({ json: null, headers: { 'Content-Type': 'a/b' } }, source))).to.include({
      'content-type': 'a/b',
    })
    expect(prepared({ json: null }, source).body).to.equal('null')
    const bytes = new Uint8Array([1])
    expect(prepared({ body: bytes }, source).body).to.equal(bytes)
  })
})

describe('The policy of a request', () => {
  const policy = (request: Partial<FanOutRequest>, source?: Partial<FanOutRequest>) =>
    prepared({ url: URL_A, ...request }, source).policy

  it('is laid over that of the source name by name', () => {
    const source: Partial<FanOutRequest> = {
      timeout: { total: '1m', headers: '10s' },
      retry: { limit: 5, backoff: '2s' },
      keep: { body: 10, headers: ['ETag', 'etag', 'Date'] },
      success: ['2xx', 404],
    }
    const changed = policy({ timeout: '5s', retry: 0, keep: { body: 0 }, redirects: 0 }, source)
    expect(changed).to.deep.include({
      total: 5_000,
      headers: 10_000,
      keepBody: 0,
      keepHeaders: ['etag', 'date'],
      redirects: 0,
    })
    expect(changed.retry).to.include({ limit: 0, backoff: 2_000 })
    expect(changed.success.key).to.equal('2xx,404')
    expect(policy({ timeout: { body: '1s' } }, source)).to.include({
      total: 60_000,
      headers: 10_000,
      body: 1_000,
    })
  })

  it('takes a redirect for a success where none is followed', () => {
    expect(policy({ redirects: 0 }).success.has(302)).to.equal(true)
    expect(policy({ redirects: 1 }).success.has(302)).to.equal(false)
    expect(policy({ redirects: 0, success: [200] }).success.has(302)).to.equal(false)
  })

  it('is the same object for all that have the same', () => {
    const list = preparer({ timeout: '5s' })
    const policies = [
      {},
      { timeout: 5_000 },
      { timeout: { total: '5s' } },
      { redirects: 10 },
      { success: ['2xx'] },
    ].map((change, i) => list.prepare({ url: URL_A, ...change }, i).policy)
    expect(new Set(policies).size).to.equal(1)
    expect(list.prepare({ url: URL_A, timeout: '6s' }, 9).policy).not.to.equal(policies[0])
  })
})

describe('A request that cannot be made ready', () => {
  const message = (request: unknown, source?: Partial<FanOutRequest>) =>
    (thrown(() => preparer(source).prepare(request as FanOutRequest, 3)) as Error).message

  it('says which of its fields, what was expected, and what came', () => {
    for (const [request, text] of [
      [{}, 'expected "items[3].url" to be an absolute URL, got undefined'],
      [{ url: 'x' }, 'expected "items[3].url" to be an absolute URL, got "x" (string)'],
      [{ url: 7 }, 'expected "items[3].url" to be a string, got 7 (number)'],
      ['x', 'expected "items[3]" to be a request'],
      [{ url: URL_A, methd: 'GET' }, '"items[3].methd" is not an option; did you mean "method"?'],
      [{ url: URL_A, method: 'get' }, 'expected "items[3].method" to be one of GET, HEAD'],
      [{ url: URL_A, id: '' }, 'expected "items[3].id" to be a string of 1 to 200 characters'],
      [
        { url: URL_A, timeout: { headers: 'soon' } },
        'expected "items[3].timeout.headers" to be a number of milliseconds',
      ],
      [{ url: URL_A, timeout: 0 }, 'expected "items[3].timeout.total" to be a duration from 1 ms to 24 days'],
      [
        { url: URL_A, timeout: '25d' },
        'expected "items[3].timeout.total" to be a duration from 1 ms to 24 days',
      ],
      [{ url: URL_A, timeout: { all: 1 } }, '"items[3].timeout.all" is not an option'],
      [{ url: URL_A, retry: { limit: 'x' } }, 'expected "items[3].retry.limit" to be an integer >= 0'],
      [{ url: URL_A, retry: '3' }, 'expected "items[3].retry" to be a number of retries'],
      [{ url: URL_A, redirects: -1 }, 'expected "items[3].redirects" to be an integer from 0 to 100'],
      [{ url: URL_A, success: ['ok'] }, 'expected "items[3].success" to be statuses'],
      [{ url: URL_A, keep: { headers: ['a b'] } }, 'expected "items[3].keep.headers" to be an array'],
      [
        { url: URL_A, transport: { http2: 'yes' } },
        `expected "items[3].transport.http2" to be true, false or 'prior-knowledge'`,
      ],
      [
        { url: URL_A, transport: { socketPath: 'x' } },
        'expected "items[3].transport.socketPath" to be an absolute path',
      ],
      [{ url: URL_A, ignore: 1 }, 'expected "items[3].ignore" to be true or false'],
      [
        { url: URL_A, body: 'x', json: 1 },
        'expected "items[3]" to be a request with one of body, bodyBase64 and json',
      ],
      [{ url: URL_A, body: 7 }, 'expected "items[3].body" to be a string or a Uint8Array'],
      [{ url: URL_A, bodyBase64: 'a' }, 'expected "items[3].bodyBase64" to be base64'],
      [{ url: URL_A, json: () => 1 }, 'expected "items[3].json" to be JSON'],
      [{ url: URL_A, json: 1n }, 'expected "items[3].json" to be JSON'],
      [{ url: URL_A, query: { a: 1 } }, 'expected "items[3].query.a" to be a string'],
      [
        { url: URL_A, query: { a: '\ud800' } },
        'expected "items[3].query.a" to be a string of whole characters',
      ],
      [{ url: URL_A, headers: [] }, 'expected "items[3].headers" to be an object'],
      [
        { url: URL_A, headers: { 'a b': 'x' } },
        'expected "items[3].headers" to be headers whose names are tokens',
      ],
      [
        { url: URL_A, headers: { ':path': 'x' } },
        'expected "items[3].headers" to be headers whose names are tokens',
      ],
      [{ url: URL_A, headers: { a: 'x', A: 'y' } }, 'expected "items[3].headers.A" to be there once'],
      [{ url: URL_A, headers: { a: 1 } }, 'expected "items[3].headers.a" to be a string'],
    ] as const)
      expect(message(request), text).to.satisfy((got: string) => got.startsWith(text))
  })

  it('names the source where that is at fault, before any request is there', () => {
    expect((thrown(() => preparer({ timeout: { headers: -1 } })) as Error).message).to.contain(
      '"source.timeout.headers"',
    )
    expect((thrown(() => preparer({ url: 'x' })) as Error).message).to.contain('"source.url"')
    expect((thrown(() => preparer({ headers: { host: 'x' } })) as Error).message).to.contain(
      '"source.headers.host"',
    )
  })

  it('would split or steer the connection by a header', () => {
    for (const value of ['a\r\nb: c', 'a\nb', 'a\0', '\u2028', '€', 'a\x7f'])
      expect(message({ url: URL_A, headers: { 'x-a': value } }), JSON.stringify(value)).to.contain(
        '"items[3].headers.x-a"',
      )
    for (const name of [
      'Host',
      'content-length',
      'Transfer-Encoding',
      'Connection',
      'Upgrade',
      'Expect',
      'TE',
    ])
      expect(message({ url: URL_A, headers: { [name]: 'x' } }), name).to.contain(
        `"items[3].headers.${name}" to be left out`,
      )
    expect(prepared({ url: URL_A, headers: { 'x-a': 'caf\xe9\t' } }).headers).to.include('caf\xe9\t')
  })

  it('is told without what may be a secret', () => {
    for (const request of [
      ...[{ url: 'user:hush@x' }, { url: '/x?token=hush' }, { url: 'ftp://user:hush@x/' }],
      ...[
        { headers: { authorization: 'hush\n' } },
        { query: { pin: 'hush\ud800' } },
        { bodyBase64: 'hush!' },
      ],
      ...[
        { tls: { key: 'hush' } },
        { tls: { passphrase: { toString: () => 'hush' } } },
        { tls: { cert: 'hush' } },
      ],
      ...[{ query: 'hush' }, { headers: 'hush' }, { headers: { 'a: hush': '' } }, { tls: 'hush' }],
    ])
      expect(message({ url: URL_A, ...request }), JSON.stringify(request)).not.to.contain('hush')
    expect(message('https://user:hush@a.example/')).not.to.contain('hush')
  })

  it('is told together with the other faults of the list, fifty at most', () => {
    const list = preparer({ url: URL_A })
    expect(list.prepareAll([{}, { id: 'x' }]).map(({ id }) => id)).to.deep.equal(['list-0', 'x'])
    const error = thrown(() => list.prepareAll([{}, { timeout: 'x' }, { url: 'x' }])) as {
      faults: { path: string }[]
    }
    expect(error).to.include({ code: 'invalid-option' })
    expect(error.faults.map(({ path }) => path)).to.deep.equal(['items[1].timeout.total', 'items[2].url'])
    const many = thrown(() => list.prepareAll(Array.from({ length: 200 }, () => ({ id: 7 as never })))) as {
      faults: unknown[]
    }
    expect(many.faults).to.have.length(50)
  })
})
