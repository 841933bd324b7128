import { expect } from 'chai'
import { redacted, secretPointers } from '../../../../src/core/redact.ts'
import { SchemaCompiler } from '../../../../src/manager/schema-compiler.ts'
import { argumentSchema } from '../../../../src/animators/fanout/task/schema.ts'

const schema = argumentSchema({ maxItems: 100, maxBodyTotal: 1_000_000 })
const check = new SchemaCompiler().compile(schema, 'fanout.args', true)
const places = (args: unknown) => check(args).map(({ path }) => path)
const item = (request: object) => ({ items: [request] })

describe('The arguments of a fan-out', () => {
  it('are what their own examples show', () => {
    for (const example of schema['examples'] as object[]) expect(check(example)).to.deep.equal([])
  })

  it('take every field of a request, in every form', () => {
    const request = {
      ...{ id: 'a', method: 'PUT', url: 'HTTPS://bmc.example/', query: { a: '1' }, json: null },
      headers: { accept: 'a/b', 'x-many': ['1', '2'] },
      timeout: { total: '30s', connect: 1, tls: '1.5s', headers: '250ms', body: '1m' },
      retry: { limit: 3, backoff: '1s', factor: 1.5, maxBackoff: '5s', jitter: 0 },
      transport: {
        ...{ keepAlive: true, idleTimeout: '1m', maxIdle: 1, maxIdlePerHost: 0, maxStreams: 5 },
        ...{ http2: 'prior-knowledge', socketPath: '/run/x.sock' },
      },
      tls: {
        ...{
          ca: ['-----BEGIN CERTIFICATE-----'],
          cert: '-----BEGIN CERTIFICATE-----',
          key: '-----BEGIN PRIVATE KEY-----',
        },
        ...{ passphrase: 'x', serverName: 'a', minVersion: 'TLSv1.3', insecure: true },
      },
      ...{
        redirects: 0,
        success: ['2xx', 404],
        keep: { body: 0, headers: ['ETag'] },
        secret: 'bmc',
        ignore: true,
      },
      idempotent: true,
    }
    expect(check({ source: request, ...item(request) })).to.deep.equal([])
    expect(
      check(
        item({ timeout: '5s', retry: 0, bodyBase64: 'aa==', tls: { ca: '-----BEGIN CERTIFICATE-----' } }),
      ),
    ).to.deep.equal([])
    expect(check({ targets: ['a', { host: 'b' }], source: { url: 'https://{target}' } })).to.deep.equal([])
  })

  it('have no defaults that would be written into every request', () => {
    expect(JSON.stringify(schema)).not.to.contain('"default"')
  })

  it('are limited, and strict', () => {
    const many = (n: number) => Array.from({ length: n }, () => ({}))
    for (const [args, path] of [
      [{ item: [] }, '/item'],
      [{ items: many(101) }, '/items'],
      [{ targets: Array.from({ length: 101 }, () => 'a') }, '/targets'],
      [{ targets: [7] }, '/targets/0'],
      [{ targets: [''] }, '/targets/0'],
      [{ targets: [{ port: 8443 }] }, '/targets/0/port'],
      [{ concurrency: 0 }, '/concurrency'],
      [{ perHost: 1.5 }, '/perHost'],
      [{ maxFailures: -1 }, '/maxFailures'],
      [{ maxBodyTotal: 1_000_001 }, '/maxBodyTotal'],
      [item({ methd: 'GET' }), '/items/0/methd'],
      [item({ method: 'get' }), '/items/0/method'],
      [item({ url: 'ftp://x' }), '/items/0/url'],
      [item({ url: `http://x/${'a'.repeat(9000)}` }), '/items/0/url'],
      [item({ headers: { a: 'x\r\ny: z' } }), '/items/0/headers/a'],
      [item({ headers: { a: ['x', 7] } }), '/items/0/headers/a/1'],
      [item({ headers: { 'a b': 'x' } }), '/items/0/headers/a b'],
      [item({ query: { a: 1 } }), '/items/0/query/a'],
      [item({ timeout: 'soon' }), '/items/0/timeout'],
      [item({ timeout: -1 }), '/items/0/timeout'],
      [item({ timeout: { all: 1 } }), '/items/0/timeout/all'],
      [item({ retry: { limit: 101 } }), '/items/0/retry/limit'],
      [item({ retry: 1.5 }), '/items/0/retry'],
      [item({ transport: { socketPath: 'x' } }), '/items/0/transport/socketPath'],
      [item({ tls: { key: 'x' } }), '/items/0/tls/key'],
      [item({ tls: { minVersion: 'TLSv1' } }), '/items/0/tls/minVersion'],
      [item({ redirects: 101 }), '/items/0/redirects'],
      [item({ success: ['ok'] }), '/items/0/success/0'],
      [item({ success: [] }), '/items/0/success'],
      [item({ keep: { headers: ['a b'] } }), '/items/0/keep/headers/0'],
      [item({ id: '' }), '/items/0/id'],
    ] as const)
      expect(places(args), JSON.stringify(args).slice(0, 80)).to.include(path)
  })

  it('hide the values of headers and parameters, keys and passphrases wherever they are shown', () => {
    const request = {
      url: 'http://a/',
      headers: { authorization: 'hush', many: ['hush', 'hush'] },
      query: { pin: 'hush' },
      tls: { cert: 'shown', key: 'hush', passphrase: 'hush' },
    }
    const shown = JSON.stringify(
      redacted({ source: request, items: [request, request] }, secretPointers(schema)),
    )
    expect(shown).not.to.contain('hush')
    expect(shown.match(/shown/g)).to.have.length(3)
  })

  it('are told at fault without what came, because that may be a secret', () => {
    expect(JSON.stringify(check(item({ headers: { a: 'hush\n' }, tls: { key: 'hush' } })))).not.to.contain(
      'hush',
    )
  })
})
