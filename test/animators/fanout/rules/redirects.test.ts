import { expect } from 'chai'
import type { Prepared } from '../../../../src/animators/fanout/prepared.ts'
import type { FanOutRequest, Method } from '../../../../src/animators/fanout/request.ts'
import { ConnectionPolicies } from '../../../../src/animators/fanout/rules/connections.ts'
import { NamedCredentials } from '../../../../src/animators/fanout/rules/credentials.ts'
import { redirected } from '../../../../src/animators/fanout/rules/redirects.ts'
import { METHODS } from '../../../../src/animators/fanout/request.ts'
import { headersOf, prepared, preparer } from './prepared.ts'
import { CERT, KEY } from './pem.ts'

const FROM = 'https://a.example/one/two?x=1'

function followed(request: Partial<FanOutRequest>, status: number, location: string, before = 0): Prepared {
  const next = redirected(prepared({ url: FROM, ...request }), status, location, before)
  if (typeof next !== 'object') throw new Error(`expected a request, got ${next}`)
  return next
}

describe('A redirect', () => {
  it('leads to a URL that may be relative to the one that was asked', () => {
    for (const [location, url] of [
      ['https://b.example/x?y#z', 'https://b.example/x?y'],
      ['three', 'https://a.example/one/three'],
      ['/three?x=2', 'https://a.example/three?x=2'],
      ['?x=2', 'https://a.example/one/two?x=2'],
      ['//b.example', 'https://b.example/'],
      ['', FROM],
    ])
      expect(followed({}, 302, location!).shown, location).to.equal(url)
  })

  it('goes on with the method that its status says', () => {
    const methods = (status: number) => METHODS.map((method) => followed({ method }, status, '/next').method)
    const same: readonly Method[] = METHODS
    const withoutPost = METHODS.map((method) => (method === 'POST' ? 'GET' : method))
    expect(methods(301)).to.deep.equal(withoutPost)
    expect(methods(302)).to.deep.equal(withoutPost)
    expect(methods(303)).to.deep.equal(METHODS.map((method) => (method === 'HEAD' ? 'HEAD' : 'GET')))
    expect(methods(307)).to.deep.equal(same)
    expect(methods(308)).to.deep.equal(same)
  })

  it('takes the body along with the method, and its headers with it', () => {
    const request: Partial<FanOutRequest> = {
      method: 'POST',
      json: { on: true },
      headers: { 'Content-Language': 'en', 'X-Kept': 'yes' },
    }
    const got = followed(request, 303, '/next')
    expect(got.body).to.equal(null)
    expect(headersOf(got)).to.have.all.keys('user-agent', 'x-kept')
    const kept = followed(request, 307, 'https://b.example/')
    expect(kept.body).to.equal('{"on":true}')
    expect(headersOf(kept)).to.include({ 'content-type': 'application/json' })
  })

  it('takes no credentials to another origin', () => {
    const headers = {
      ...{ Authorization: 'hush', COOKIE: 'hush' },
      ...{ 'X-Auth-Token': 'hush', 'X-Api-Key': 'hush', Accept: 'a/b' },
    }
    for (const location of ['https://b.example/', 'https://a.example:8443/', 'https://user:pass@b.example/'])
      expect(headersOf(followed({ headers }, 307, location))).to.have.all.keys('user-agent', 'accept')
    expect(headersOf(followed({ headers }, 307, '/next'))).to.include({
      authorization: 'hush',
      cookie: 'hush',
    })
    expect(headersOf(followed({ headers }, 307, 'https://a.example:443/'))).to.include({
      authorization: 'hush',
    })
  })

  it('takes the credentials of the URL nowhere else, and none from the answer', () => {
    const url = 'https://user:hush@a.example/'
    expect(headersOf(followed({ url }, 307, '/next'))).to.have.property('authorization')
    const next = followed({ url }, 307, 'https://other:pass@b.example/x')
    expect(headersOf(next)).not.to.have.property('authorization')
    expect(next.shown).to.equal('https://b.example/x')
  })

  it('takes named credentials to no other origin: not their headers, whatever their names, nor their certificate', () => {
    const connections = new ConnectionPolicies()
    const plain = preparer({ headers: { authorization: 'own' } }, { connections }).prepare(
      { url: FROM, secret: 'bmc' },
      0,
    )
    const credentials = {
      headers: { 'x-pin': 'hush' },
      query: { pin: 'hush' },
      token: 'hush',
      tls: { cert: CERT, key: KEY },
    }
    const request = new NamedCredentials(credentials, 'secrets.bmc', connections).appliedTo(plain)
    const stays = redirected(request, 307, '/next', 0) as Prepared
    expect(headersOf(stays)).to.include({ 'x-pin': 'hush', authorization: 'Bearer hush' })
    expect(stays.connections.tls.cert).to.equal(CERT)
    const leaves = redirected(stays, 307, 'https://b.example/?pin=hush', 1) as Prepared
    expect(headersOf(leaves)).to.have.all.keys('user-agent')
    expect(leaves).to.include({ secret: undefined, connections: plain.connections })
    expect(leaves).not.to.have.property('plain')
    expect(JSON.stringify({ ...leaves, path: '' })).not.to.contain('hush')
  })

  it('brings back no header of a body that was left behind', () => {
    const connections = new ConnectionPolicies()
    const plain = preparer({}, { connections }).prepare({ url: FROM, method: 'POST', json: 1 }, 0)
    const request = new NamedCredentials({ token: 'hush' }, 'secrets.bmc', connections).appliedTo(plain)
    const got = redirected(
      redirected(request, 303, '/next', 0) as Prepared,
      307,
      'https://b.example/',
      1,
    ) as Prepared
    expect(got).to.include({ method: 'GET', body: null })
    expect(headersOf(got)).to.have.all.keys('user-agent')
  })

  it('does not lead from TLS to plain text, unless TLS was not to be trusted anyway', () => {
    const plain = 'http://a.example/'
    expect(redirected(prepared({ url: FROM }), 302, plain, 0)).to.equal('bad-redirect')
    expect(redirected(prepared({ url: FROM, tls: { insecure: true } }), 302, plain, 0)).to.include({
      shown: plain,
    })
    expect(redirected(prepared({ url: 'http://b.example' }), 302, plain, 0)).to.include({ shown: plain })
  })

  it('is bad when it leads to nothing that can be asked', () => {
    for (const location of [
      'ftp://x/',
      'file:///etc/passwd',
      'http://',
      'http://[',
      'data:,x',
      `/${'a'.repeat(10_000)}`,
    ])
      expect(redirected(prepared({ url: FROM }), 302, location, 0), location.slice(0, 20)).to.equal(
        'bad-redirect',
      )
  })

  it('is followed as often as asked for, so that a circle ends', () => {
    let request: ReturnType<typeof redirected> = prepared({ url: FROM, redirects: 3 })
    let hops = 0
    while (typeof request === 'object') request = redirected(request, 302, FROM, hops++)
    expect([request, hops]).to.deep.equal(['too-many-redirects', 4])
  })

  it('is the answer where none is followed, where it says not where to go, and where it is none', () => {
    expect(redirected(prepared({ url: FROM, redirects: 0 }), 302, '/next', 0)).to.equal(undefined)
    expect(redirected(prepared({ url: FROM }), 302, undefined, 0)).to.equal(undefined)
    for (const status of [200, 201, 300, 304, 305, 306, 404])
      expect(redirected(prepared({ url: FROM }), status, '/next', 0), String(status)).to.equal(undefined)
  })
})
