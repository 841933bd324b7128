import { expect } from 'chai'
import { ask, restSuite, type Service } from './service.ts'

restSuite('A change that a page asks for', ({ serve }) => {
  let service: Service
  before(async () => {
    service = await serve({ router: { origins: ['https://ops.example.com'] } })
  })
  after(() => service.close())

  const creates = async (headers: Record<string, string>) => {
    const { status, body } = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'ECHO' }, headers })
    return status === 201 ? 'created' : body.code
  }

  it('is refused when the page is of another site', async () => {
    for (const headers of [
      { origin: 'https://evil.example.com' },
      { origin: 'null' },
      { origin: 'nonsense' },
      { origin: 'http://localhost:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'whatever' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost', host: 'localhost' },
      { origin: 'https://ops.example.com.evil.com' },
      { origin: 'http://ops.example.com' },
    ]) {
      expect(await creates(headers), JSON.stringify(headers)).to.equal('cross-site')
    }
  })

  it('is refused whatever it is, before anything else is looked at', async () => {
    for (const [method, path] of [
      ['POST', '/tasks'],
      ['POST', '/tasks/bulk'],
      ['PATCH', '/tasks/x'],
      ['DELETE', '/tasks/x'],
      ['POST', '/tasks/x/cancel'],
      ['POST', '/tasks/x/rerun'],
      ['PATCH', '/operations/ECHO'],
    ]) {
      const { status, body } = await ask(service, method!, `/hk${path}`, {
        headers: { origin: 'https://evil.example.com' },
      })
      expect([status, body.code], path).to.deep.equal([403, 'cross-site'])
    }
  })

  it("is done when the page is the service's own, the browser's user asked, or the host lists its origin", async () => {
    for (const headers of [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://hk.example.com', host: 'hk.example.com' },
      { origin: 'https://hk.example.com', host: 'hk.example.com:443' },
      { origin: 'http://hk.example.com:8080', host: 'hk.example.com:8080' },
      { origin: 'https://ops.example.com' },
      { origin: 'https://ops.example.com', 'sec-fetch-site': 'cross-site' },
    ]) {
      expect(await creates(headers), JSON.stringify(headers)).to.equal('created')
    }
  })

  it('may be read from anywhere: browsers keep the answer from other sites themselves', async () => {
    const { status } = await ask(service, 'GET', '/hk/tasks', {
      headers: { origin: 'https://evil.example.com' },
    })
    expect(status).to.equal(200)
  })

  it("is compared with the proxy's host only where the app trusts the proxy", async () => {
    const headers = {
      origin: 'https://public.example.com',
      host: 'inner:3000',
      'x-forwarded-host': 'public.example.com',
    }
    expect(await creates(headers)).to.equal('cross-site')
    const trusting = await serve({ before: (app) => app.set('trust proxy', true) })
    const { status } = await ask(trusting, 'POST', '/hk/tasks', { body: { operation: 'ECHO' }, headers })
    await trusting.close()
    expect(status).to.equal(201)
  })
})
