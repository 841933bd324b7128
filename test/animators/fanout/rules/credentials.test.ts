import { expect } from 'chai'
import { ConnectionPolicies } from '../../../../src/animators/fanout/rules/connections.ts'
import { NamedCredentials } from '../../../../src/animators/fanout/rules/credentials.ts'
import type { Credentials, FanOutRequest } from '../../../../src/animators/fanout/request.ts'
import type { Prepared } from '../../../../src/animators/fanout/prepared.ts'
import { thrown } from '../../../core/thrown.ts'
import { CERT, KEY, OTHER_CERT } from './pem.ts'
import { headersOf, preparer } from './prepared.ts'

function applied(credentials: Credentials, request: Partial<FanOutRequest> = {}): Prepared {
  const connections = new ConnectionPolicies()
  const plain = preparer({}, { connections }).prepare(
    { url: 'https://a.example/x', secret: 'bmc', ...request },
    0,
  )
  return new NamedCredentials(credentials, 'secrets.bmc', connections).appliedTo(plain)
}

describe('Named credentials', () => {
  it('go into the headers, the query, and the handshake', () => {
    expect(headersOf(applied({ username: 'röt', password: 'a:b' }))).to.include({
      authorization: `Basic ${Buffer.from('röt:a:b').toString('base64')}`,
    })
    expect(headersOf(applied({ token: 'abc' }))).to.include({ authorization: 'Bearer abc' })
    expect(headersOf(applied({ headers: { 'X-Auth-Token': 'abc' } }))).to.include({ 'x-auth-token': 'abc' })
    const { path, shown } = applied({ query: { key: 'hush' } })
    expect([path, shown]).to.deep.equal(['/x?key=hush', 'https://a.example/x?key=[redacted]'])
    const { tls } = applied(
      { tls: { cert: CERT, key: KEY } },
      { tls: { ca: OTHER_CERT, minVersion: 'TLSv1.3' } },
    ).connections
    expect([tls.cert, tls.key, tls.ca, tls.minVersion]).to.deep.equal([CERT, KEY, OTHER_CERT, 'TLSv1.3'])
  })

  it("go before the request's own", () => {
    const request = applied({ token: 'abc' }, { headers: { Authorization: 'mine', accept: 'a/b' } })
    expect(headersOf(request)).to.include({ authorization: 'Bearer abc', accept: 'a/b' })
    expect(headersOf(request.plain!)).to.include({ authorization: 'mine' })
  })

  it('share one connection policy among the requests that had one', () => {
    const connections = new ConnectionPolicies()
    const list = preparer({}, { connections })
    const credentials = new NamedCredentials({ tls: { cert: CERT, key: KEY } }, 'secrets.bmc', connections)
    const policies = [0, 1].map(
      (i) => credentials.appliedTo(list.prepare({ url: 'https://a.example/' }, i)).connections,
    )
    expect(policies[0]).to.equal(policies[1])
    const direct = list.prepare({ url: 'https://a.example/', tls: { cert: CERT, key: KEY } }, 0).connections
    expect(direct).to.equal(policies[0])
  })

  it('are refused when they are of no form that can be sent, without showing them', () => {
    for (const [credentials, field] of [
      ['hush', 'secrets.bmc'],
      [{ pasword: 'hush' }, 'secrets.bmc.pasword'],
      [{ username: 'hush', token: 'hush' }, 'secrets.bmc'],
      [{ token: { hush: 1 } }, 'secrets.bmc.token'],
      [{ token: 'hush\r\n' }, 'secrets.bmc.token'],
      [{ token: '' }, 'secrets.bmc.token'],
      [{ token: undefined }, 'secrets.bmc.token'],
      [{ username: 'hush' }, 'secrets.bmc.password'],
      [{ password: 'hush' }, 'secrets.bmc.username'],
      [{ username: 'hush', password: undefined }, 'secrets.bmc.password'],
      [{ username: 'hush:hush', password: 'hush' }, 'secrets.bmc.username'],
      [{ username: 'hush', password: 'hush\n' }, 'secrets.bmc.password'],
      [{}, 'secrets.bmc'],
      [[], 'secrets.bmc'],
      [{ headers: {}, query: {}, tls: {}, allow: ['any'] }, 'secrets.bmc'],
      [{ headers: 'hush' }, 'secrets.bmc.headers'],
      [{ headers: 'hush', token: 'hush' }, 'secrets.bmc.headers'],
      [{ headers: { 'x-a': undefined } }, 'secrets.bmc.headers.x-a'],
      [{ query: 'hush' }, 'secrets.bmc.query'],
      [{ tls: 'hush' }, 'secrets.bmc.tls'],
      [{ tls: null }, 'secrets.bmc.tls'],
      [{ tls: { cert: CERT, key: undefined } }, 'secrets.bmc.tls.key'],
      [{ token: 'hush', allow: 'hush' }, 'secrets.bmc.allow'],
      [{ token: 'hush', allow: ['any', 'hush@x'] }, 'secrets.bmc.allow[1]'],
      [{ headers: { 'x-a': 'hush\0' } }, 'secrets.bmc.headers.x-a'],
      [{ headers: { host: 'hush' } }, 'secrets.bmc.headers.host'],
      [{ headers: { Authorization: 'hush' }, token: 'hush' }, 'secrets.bmc.headers.authorization'],
      [{ query: { a: { hush: 1 } } }, 'secrets.bmc.query.a'],
      [{ tls: { insecure: true } }, 'secrets.bmc.tls.insecure'],
      [{ tls: { cert: CERT } }, 'secrets.bmc.tls.key'],
      [{ tls: { key: 'hush', cert: CERT } }, 'secrets.bmc.tls.key'],
    ] as const) {
      const { code, message } = thrown(() => applied(credentials as Credentials)) as {
        code: string
        message: string
      }
      expect(code, field).to.equal('invalid-option')
      expect(message).to.contain(`"${field}"`)
      expect(message).not.to.contain('hush')
    }
    const both = thrown(() => applied({ username: 'a', password: 'b', token: 'c' })) as Error
    expect(both.message).to.contain('with token, or with username and password, but not with both')
  })
})
