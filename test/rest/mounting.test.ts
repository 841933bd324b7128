import { expect } from 'chai'
import express, { type ErrorRequestHandler } from 'express'
import { createRequire } from 'node:module'
import { housekeepingRouter } from '../../src/rest/index.ts'
import { ask, closed, listening, restSuite, type Service } from './service.ts'

const express4 = createRequire(import.meta.url)('express4') as typeof express

restSuite('The router in a host', ({ serve, manager: managerWithOperations }) => {
  let service: Service | undefined
  afterEach(async () => {
    await service?.close()
    service = undefined
  })

  const creation = { body: { operation: 'ECHO', args: { text: 'x' } } }

  it('works at the root of the app, and leaves to the host what it does not have', async () => {
    service = await serve({
      mount: '/',
      after: (app) => app.get('/files', (_req, res) => void res.send('the host')),
    })
    expect((await ask(service, 'POST', '/tasks', creation)).status).to.equal(201)
    expect((await ask(service, 'GET', '/files')).text).to.equal('the host')
    expect((await ask(service, 'GET', '/nowhere')).text).to.include('Cannot GET /nowhere')
  })

  it('works in a router inside a router, under a path with parameters', async () => {
    const manager = managerWithOperations()
    const app = express()
    const outer = express.Router()
    const inner = express.Router()
    inner.use('/hk', housekeepingRouter(manager, { access: 'open', validateResponses: true }))
    outer.use('/:tenant/admin', inner)
    app.use('/api', outer)
    const server = app.listen(0)
    const host = { port: await listening(server) }
    const { status, headers, body } = await ask(host, 'POST', '/api/acme/admin/hk/tasks', creation)
    expect(status).to.equal(201)
    const { pathname } = new URL(headers.location!, 'http://x/api/acme/admin/hk/tasks')
    expect((await ask(host, 'GET', pathname)).body.id).to.equal(body.id)
    expect((await ask(host, 'POST', '/api/acme/admin/hk/tasks', { body: {} })).status).to.equal(400)
    await manager.close({ grace: 0 })
    await closed(server)
  })

  it('keeps several managers on one app apart', async () => {
    const other = managerWithOperations()
    service = await serve({
      mount: '/one',
      before: (app) => app.use('/two', housekeepingRouter(other, { access: 'open' })),
    })
    const { body } = await ask(service, 'POST', '/one/tasks', creation)
    expect((await ask(service, 'GET', `/one/tasks/${body.id}`)).status).to.equal(200)
    expect((await ask(service, 'GET', `/two/tasks/${body.id}`)).status).to.equal(404)
    await other.close()
  })

  it("takes bodies that a parser of the host's has read, of whatever kind", async () => {
    for (const parser of [express.json(), express.text({ type: '*/*' }), express.raw({ type: '*/*' })]) {
      service = await serve({ before: (app) => app.use(parser) })
      const { status, body } = await ask(service, 'POST', '/hk/tasks', creation)
      expect([status, body.args]).to.deep.equal([201, { text: 'x' }])
      const wrong = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'ECHO', nope: 1 } })
      expect(wrong.body.errors[0].path).to.equal('/nope')
      const poisoned = await ask(service, 'POST', '/hk/tasks', {
        body: '{"operation":"ECHO","args":{"__proto__":{}}}',
      })
      expect(poisoned.status).to.equal(400)
      const form = await ask(service, 'POST', '/hk/tasks', {
        body: 'operation=ECHO',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(form.status).to.equal(415)
      await service.close()
    }
    service = undefined
  })

  it("leaves the host's query parser, settings and error handler alone", async () => {
    const seen: unknown[] = []
    const onError: ErrorRequestHandler = (error, _req, res, _next) => {
      seen.push(error)
      res.status(418).send('the host')
    }
    service = await serve({
      before: (app) => app.set('query parser', 'extended').set('case sensitive routing', false),
      after: (app) => {
        app.get('/broken/:id', (req) => {
          throw new Error(`the host's own ${req.params['id']}`)
        })
        app.use(onError)
      },
    })
    expect((await ask(service, 'GET', '/hk/tasks?limit=0')).status).to.equal(400)
    expect((await ask(service, 'GET', '/hk/tasks?state[0]=NEW')).status).to.equal(400)
    expect((await ask(service, 'POST', '/hk/tasks', { body: '{' })).status).to.equal(400)
    expect((await ask(service, 'GET', '/hk/tasks/x')).status).to.equal(404)
    expect(seen).to.deep.equal([])
    const { status, text } = await ask(service, 'GET', '/broken/thing')
    expect([status, text]).to.deep.equal([418, 'the host'])
    expect(String(seen)).to.equal("Error: the host's own thing")
  })

  it('works in an Express 4 host, before and behind its body parser', async () => {
    const manager = managerWithOperations()
    for (const parser of [undefined, express4.json()]) {
      const app = express4().set('env', 'test')
      if (parser !== undefined) app.use(parser)
      app.use('/hk', housekeepingRouter(manager, { access: 'open', validateResponses: true }))
      const server = app.listen(0)
      const host = { port: await listening(server) }
      const { status, body } = await ask(host, 'POST', '/hk/tasks', creation)
      expect(status).to.equal(201)
      expect((await ask(host, 'GET', `/hk/tasks/${body.id}`)).body.args).to.deep.equal({ text: 'x' })
      expect((await ask(host, 'GET', '/hk/tasks?state=NEW&state=ACTIVE&limit=1')).status).to.equal(200)
      expect((await ask(host, 'POST', '/hk/tasks', { body: '{' })).status).to.equal(400)
      expect((await ask(host, 'GET', '/hk/docs/')).status).to.equal(200)
      expect((await ask(host, 'GET', '/hk/docs/swagger-ui.css')).status).to.equal(200)
      await closed(server)
    }
    await manager.close({ grace: 0 })
  })
})
