import { expect } from 'chai'
import { Guard } from '../../../../src/animators/fanout/rules/guard.ts'
import type { FanOutArguments } from '../../../../src/animators/fanout/task/plan.ts'
import { pointerOf, validatePlan } from '../../../../src/animators/fanout/task/validate.ts'
import { CERT } from '../rules/pem.ts'

const guard = new Guard({ allow: ['*.example', '10.0.0.0/8', 'unix:/run/x.sock'] })
const faults = (args: FanOutArguments) => validatePlan(args, { guard, secretNames: ['bmc'] })

/** Faults as sentences. */
const told = async (args: FanOutArguments) =>
  (await faults(args)).map(({ path, message }) => `${path} ${message}`)

describe('A fan-out whose arguments fit the schema', () => {
  it('is at no fault where its requests can be sent', async () => {
    expect(
      await faults({
        source: { secret: 'bmc', headers: { authorization: 'x' }, query: { token: 'x' } },
        items: [
          { url: 'https://bmc1.example/x?sort_key=a' },
          { url: 'http://10.1.2.3:8080/', secret: 'bmc' },
          { url: 'http://any.host/', transport: { socketPath: '/run/x.sock' } },
          { url: 'http://named.elsewhere/' }, // whose address may be allowed
        ],
      }),
    ).to.deep.equal([])
    expect(
      await faults({ source: { url: 'https://{target}/x' }, targets: ['bmc1.example', '10.0.0.1'] }),
    ).to.deep.equal([])
    expect(await faults({ items: [] })).to.deep.equal([])
  })

  it('tells each fault with its place', async () => {
    expect(
      await told({
        items: [
          {},
          { url: 'http://a b/' },
          { url: 'http://192.0.2.1/' },
          { url: 'http://10.0.0.1/', transport: { socketPath: '/run/docker.sock' } },
          { url: 'http://a.example/', tls: { cert: CERT } },
          { url: 'http://a.example/', body: 'x', json: 1 },
          { url: 'http://a.example/', headers: { Host: 'b', 'x.y': 'hush\n' } },
          { url: 'http://a.example/', headers: { 'x.y': 'hush\n' } },
          { url: 'http://a.example/', timeout: { headers: 0 } },
          { url: 'http://a.example/', retry: { backoff: '10s', maxBackoff: '5s' } },
          { url: 'http://a.example/', secret: 'other' },
        ],
      }),
    ).to.deep.equal([
      '/items/0/url must be an absolute URL, got undefined',
      '/items/1/url must be an absolute URL, got "http://a b/" (string)',
      '/items/2/url is refused: 192.0.2.1 is not among what the host allows',
      '/items/3/transport/socketPath is refused: unix:/run/docker.sock is not among what the host allows',
      '/items/4/tls/key must be there, because cert is, got undefined',
      '/items/5 must be a request with one of body, bodyBase64 and json; what came is not shown',
      '/items/6/headers/Host must be left out, because the connection sets it; what came is not shown',
      '/items/7/headers/x.y must be a string of at most 16384 characters of ISO-8859-1 without line breaks, or an array of such; what came is not shown',
      '/items/8/timeout/headers must be a duration from 1 ms to 24 days, got 0 (number)',
      '/items/9/retry/maxBackoff must be at least items[9].retry.backoff (10s), got "5s" (string)',
      '/items/10/secret must be the name of credentials that the service has',
    ])
  })

  it('may show no user, password or token in a URL, because arguments are shown', async () => {
    const userinfo = 'must be without user and password, because it is shown: use headers, or secret'
    const token = 'must be without the parameter "access_token", because it is shown: use query, or secret'
    expect(
      await told({
        source: { url: 'https://user:hush@a.example/' },
        items: [{ url: 'https://hush@a.example/' }, { url: 'https://a.example/?x=1&access_token=hush' }, {}],
      }),
    ).to.deep.equal([`/source/url ${userinfo}`, `/items/0/url ${userinfo}`, `/items/1/url ${token}`])
    expect(
      await told({ source: { url: 'https://u:hush@{target}/?access_token={x}' }, targets: [] }),
    ).to.deep.equal([`/source/url ${userinfo}`, `/source/url ${token}`])
  })

  it('tells a fault of the source once', async () => {
    const items = Array.from({ length: 10 }, () => ({}))
    expect(await told({ source: { url: 'http://192.0.2.1/' }, items })).to.deep.equal([
      '/source/url is refused: 192.0.2.1 is not among what the host allows',
    ])
    expect(await told({ source: { url: 'http://a.example/', timeout: 0 }, items })).to.have.length(1)
    expect(
      await told({ source: { transport: { socketPath: '/x.sock' }, url: 'http://a/' }, items }),
    ).to.deep.equal([
      '/source/transport/socketPath is refused: unix:/x.sock is not among what the host allows',
    ])
    expect(await told({ source: { secret: 'other', url: 'http://a.example/' }, items })).to.deep.equal([
      '/source/secret must be the name of credentials that the service has',
    ])
  })

  it('tells which targets lead nowhere', async () => {
    expect(
      await told({
        source: { url: 'https://{target}/x' },
        targets: ['a.example', 'a/b', '169.254.169.254', 'a.example:70000'],
      }),
    ).to.deep.equal([
      '/targets/1 must be what fits a host',
      '/targets/2 is refused: 169.254.169.254 is a cloud metadata address, and has to be allowed by itself',
      '/targets/3 must be an absolute URL, got "https://a.example:70000/x" (string)',
    ])
  })

  it('tells fifty faults at most', async () => {
    const items = Array.from({ length: 1000 }, () => ({ url: 'http://192.0.2.1/' }))
    expect(await faults({ items })).to.have.length(50)
    expect(
      await faults({ source: { url: 'http://{target}/' }, targets: items.map(() => 'a/b') }),
    ).to.have.length(50)
  })

  it('lets others have a turn while a long list is checked', async () => {
    let [turns, over] = [0, false]
    const others = (): void => {
      turns++
      if (!over) setImmediate(others)
    }
    setImmediate(others)
    await faults({ items: Array.from({ length: 10_000 }, () => ({ url: 'http://10.0.0.1/' })) })
    over = true
    expect(turns).to.be.above(0)
  })

  it('is checked for names of secrets only where the host has listed them', async () => {
    expect(
      await validatePlan({ items: [{ url: 'http://a.example/', secret: 'x' }] }, { guard }),
    ).to.deep.equal([])
  })
})

describe('The place of a fault', () => {
  it('is a JSON Pointer', () => {
    for (const [field, pointer] of [
      ['items[3].timeout.headers', '/items/3/timeout/headers'],
      ['source.keep.headers', '/source/keep/headers'],
      ['items[0].tls.ca[2]', '/items/0/tls/ca/2'],
      ['items[0].headers.x.y/z', '/items/0/headers/x.y~1z'],
      ['source.query.a[0]', '/source/query/a[0]'],
      ['items[12]', '/items/12'],
    ])
      expect(pointerOf(field!)).to.equal(pointer)
  })
})
