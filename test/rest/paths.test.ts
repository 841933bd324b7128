import { expect } from 'chai'
import { ask, restSuite, type Service } from './service.ts'

restSuite('The paths of the REST API', ({ serve }) => {
  let service: Service
  before(async () => {
    service = await serve()
  })
  after(() => service.close())

  it('match only as they are written', async () => {
    for (const path of [
      '//tasks',
      '/TASKS',
      '/tasks//',
      '/tasks//x',
      '/tasks/x/',
      '/%74asks',
      '/tasks%2Fx',
      '/tasks/x/nope',
      '/',

      '/tasks;x',
      '/tasks/bulk/x',
      '/__proto__',
      '/constructor',
    ]) {
      const { status, body } = await ask(service, 'GET', `/hk${path}`)
      expect([status, body.code.endsWith('not-found')], path).to.deep.equal([404, true])
    }
  })

  it('let nothing pass that is not validated', async () => {
    for (const path of ['/tasks', '/tasks/', '/tasks?', '/tasks/?']) {
      const { status, body } = await ask(service, 'POST', `/hk${path}`, {
        body: { operation: 'ECHO', nope: true },
      })
      expect([status, body.errors?.[0].path], path).to.deep.equal([400, '/nope'])
    }
    for (const path of [
      '/tasks/?limit=0',
      '/tasks/%20',
      '/tasks/%00',
      '/tasks/a%2F..%2Fb',
      '/tasks/%E0%A4%A',
      '/tasks/%',
      '/tasks/%zz',
    ]) {
      expect((await ask(service, 'GET', `/hk${path}`)).status, path).to.equal(400)
    }
  })

  it('take the names of operations percent-encoded', async () => {
    service.manager.register('a.b:c-d', { run: () => null })
    const { status, body } = await ask(service, 'GET', `/hk/operations/${encodeURIComponent('a.b:c-d')}`)
    expect([status, body.name]).to.deep.equal([200, 'a.b:c-d'])
  })

  it('are found in a request line with the whole address too', async () => {
    const { status } = await ask(service, 'GET', `http://localhost:${service.port}/hk/tasks?limit=1`)
    expect(status).to.equal(200)
  })

  it('tell which methods they take when another one comes', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/tasks', 'POST, GET, HEAD, OPTIONS'],
      ['GET', '/tasks/bulk', 'POST, OPTIONS'],
      ['POST', '/tasks/x', 'GET, PATCH, DELETE, HEAD, OPTIONS'],
      ['DELETE', '/health', 'GET, HEAD, OPTIONS'],
      ['POST', '/docs/', 'GET, HEAD, OPTIONS'],
    ]) {
      const { status, headers, body } = await ask(service, method!, `/hk${path}`)
      expect([status, body.code], path).to.deep.equal([405, 'method-not-allowed'])
      expect(headers.allow!.split(', '), path).to.have.members(allow!.split(', '))
    }
  })

  it('answer OPTIONS with the methods that they take', async () => {
    const { status, headers, text } = await ask(service, 'OPTIONS', '/hk/tasks')
    expect([status, text]).to.deep.equal([204, ''])
    expect(headers.allow!.split(', ')).to.have.members(['POST', 'GET', 'HEAD', 'OPTIONS'])
    expect((await ask(service, 'OPTIONS', '/hk/nope')).status).to.equal(404)
  })

  it('answer HEAD as GET without a body, also where GET would go on for ever', async () => {
    const { body: task } = await ask(service, 'POST', '/hk/tasks', { body: { operation: 'HOLD' } })
    for (const path of [
      '/tasks',
      `/tasks/${task.id}`,
      '/health',
      '/openapi.json',
      '/docs/',
      '/docs/swagger-ui.css',
    ]) {
      const get = await ask(service, 'GET', `/hk${path}`)
      const head = await ask(service, 'HEAD', `/hk${path}`)
      expect([head.status, head.text], path).to.deep.equal([200, ''])
      expect(head.headers['content-type'], path).to.equal(get.headers['content-type'])
    }
    for (const path of ['/events', `/tasks/${task.id}/output?follow=true`]) {
      const { status, headers } = await ask(service, 'HEAD', `/hk${path}`, {
        headers: { accept: 'text/event-stream' },
      })
      expect([status, headers['content-type']], path).to.deep.equal([200, 'text/event-stream; charset=utf-8'])
    }
    expect((await ask(service, 'HEAD', '/hk/tasks?limit=0')).status).to.equal(400)
  })
})
