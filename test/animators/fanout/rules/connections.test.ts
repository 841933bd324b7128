import { expect } from 'chai'
import { inspect } from 'node:util'
import { ConnectionPolicies } from '../../../../src/animators/fanout/rules/connections.ts'
import type { FanOutRequest, Tls } from '../../../../src/animators/fanout/request.ts'
import { thrown } from '../../../core/thrown.ts'
import { CERT, KEY, OTHER_CERT } from './pem.ts'
import { prepared, preparer } from './prepared.ts'

const URL_A = 'https://a.example/'

describe('The connection policy of a request', () => {
  const policy = (request: Partial<FanOutRequest>, source?: Partial<FanOutRequest>) =>
    prepared({ url: URL_A, ...request }, source).connections

  it('is laid over that of the source name by name', () => {
    const source: Partial<FanOutRequest> = {
      transport: { idleTimeout: '5s', maxIdle: 7 },
      tls: { ca: CERT, serverName: 'bmc.example' },
    }
    const changed = policy(
      { transport: { keepAlive: false }, tls: { minVersion: 'TLSv1.3', ca: [OTHER_CERT] } },
      source,
    )
    expect(changed).to.include({ keepAlive: false, idleTimeout: 5_000, maxIdle: 7 })
    expect(changed.tls).to.deep.include({
      ca: [OTHER_CERT],
      serverName: 'bmc.example',
      minVersion: 'TLSv1.3',
    })
  })

  it('is the same object for all of any list that have the same', () => {
    const connections = new ConnectionPolicies()
    const tls: Tls = { cert: CERT, key: KEY }
    const a = preparer({ tls }, { connections }).prepare({ url: URL_A }, 0).connections
    const b = preparer({}, { connections }).prepare({ url: URL_A, tls: { ...tls } }, 0).connections
    const c = preparer({}, { connections }).prepare(
      { url: URL_A, transport: { idleTimeout: '1m' }, tls },
      0,
    ).connections
    const others = [
      { tls: { ...tls, passphrase: 'x' } },
      { tls: { ...tls, key: `${KEY}\n` } },
      { tls, transport: { maxIdle: 3 } },
      { tls, transport: { maxIdlePerHost: 3 } },
    ].map((each) => preparer({}, { connections }).prepare({ url: URL_A, ...each }, 0).connections)
    expect(new Set([a, b, c]).size).to.equal(1)
    expect(new Set([a, ...others]).size).to.equal(5)
  })

  it('has key and passphrase for whoever connects, and shows them to nobody', () => {
    const connections = new ConnectionPolicies()
    const { tls, ...rest } = preparer({}, { connections }).prepare(
      { url: URL_A, tls: { cert: CERT, key: KEY, passphrase: 'hush' } },
      0,
    ).connections
    expect([tls.key, tls.passphrase]).to.deep.equal([KEY, 'hush'])
    for (const shown of [
      JSON.stringify({ tls, rest }),
      inspect({ tls, rest, connections }, { depth: 9, showHidden: true }),
    ])
      expect(shown).not.to.contain('hush')
  })

  it('is refused where a certificate lacks its key, or is none', () => {
    for (const [tls, field] of [
      [{ cert: CERT }, 'items[0].tls.key'],
      [{ key: KEY }, 'items[0].tls.cert'],
      [{ cert: KEY, key: KEY }, 'items[0].tls.cert'],
      [{ cert: CERT, key: CERT }, 'items[0].tls.key'],
      [{ ca: 'x' }, 'items[0].tls.ca'],
      [{ ca: [] }, 'items[0].tls.ca'],
      [{ ca: [CERT, 'x'] }, 'items[0].tls.ca[1]'],
      [{ serverName: '10.0.0.1' }, 'items[0].tls.serverName'],
      [{ minVersion: 'TLSv1.1' }, 'items[0].tls.minVersion'],
      [{ insecure: 'yes' }, 'items[0].tls.insecure'],
      [{ verify: false }, 'items[0].tls.verify'],
    ] as const)
      expect((thrown(() => policy({ tls: tls as never })) as Error).message, field).to.contain(`"${field}"`)
  })

  it('takes a key in whatever form OpenSSL writes it', () => {
    for (const kind of ['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY']) {
      const key = KEY.replaceAll('PRIVATE KEY', kind)
      expect(policy({ tls: { cert: CERT, key } }).tls.key).to.equal(key)
    }
  })
})
