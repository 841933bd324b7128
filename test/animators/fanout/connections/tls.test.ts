import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FanOut, type FanOutRequest } from '../../../../src/animators/fanout/index.ts'
import { collected } from '../items.ts'
import { makeCertificates, type Certificates } from '../targets/certificates.ts'
import { startTargets, type Targets } from '../targets/targets.ts'

describe('A server with TLS', () => {
  let folder: string
  let certificates: Certificates
  let targets: Targets
  let fanout: FanOut
  const servers: Server[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'))
    ;[certificates, targets] = await Promise.all([makeCertificates(folder, ['127.0.0.1']), startTargets()])
    fanout = new FanOut()
  })
  after(async () => {
    await fanout.close()
    for (const server of servers) server.close()
    await targets.stop()
    await rm(folder, { recursive: true })
  })

  async function served(at: number | string, location: string): Promise<https.Server> {
    const pem = (name: string) => readFile(join(folder, name))
    const options = { cert: await pem('server.pem'), key: await pem('server.key') }
    const server = https.createServer(options, (_, response) => response.writeHead(302, { location }).end())
    servers.push(server)
    await once(server.listen(at), 'listening')
    return server
  }

  const asked = async (request: FanOutRequest) =>
    (await collected(fanout.launch([{ retry: 0, ...request }])))[0]!

  it('on a unix domain socket has to be the one that the URL names, an address too', async () => {
    const socketPath = join(folder, 'secure')
    await served(socketPath, '/')
    const at = (host: string) =>
      asked({
        url: `https://${host}/`,
        tls: { ca: certificates.ca },
        transport: { socketPath },
        redirects: 0,
      })
    expect(await at('127.0.0.1')).to.include({ state: 'SUCCEEDED' })
    expect(await at('a.targets.test')).to.include({ state: 'SUCCEEDED' })
    expect(await at('127.0.0.2')).to.have.nested.property('error.code', 'tls-failed')
    expect(await at('other.test')).to.have.nested.property('error.code', 'tls-failed')
  })

  it('that is none is told in one short line', async () => {
    // It takes a handshake for a bad request, and says so without TLS.
    const server = http.createServer()
    servers.push(server)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const item = await asked({ url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` })
    expect(item.error).to.deep.equal({ code: 'tls-failed', message: 'wrong version number' })
  })

  it('whose certificate was not checked marks the item, also where it leads to one without TLS', async () => {
    const server = await served(0, targets.url('/ok?token=hush'))
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const item = await asked({ url, tls: { insecure: true } })
    expect(item).to.include({ state: 'SUCCEEDED', insecure: true })
    expect(item.redirectedTo).to.match(/^http:/)
    const headers = ['location']
    const answer = await asked({ url, tls: { insecure: true }, redirects: 0, keep: { headers } })
    expect(answer.headers).to.deep.equal({ location: targets.url('/ok?token=[redacted]') })
    expect(JSON.stringify([item, answer])).not.to.include('hush')
  })
})
