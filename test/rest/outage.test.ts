import { expect } from 'chai'
import { redis } from '../../src/engine/redis/index.ts'
import { RedisServer } from '../engine/redis-server.ts'
import { ask, serve, type Service } from './service.ts'
import { readyEvents } from './sse.ts'

describe('The REST API while its Redis is away', function () {
  this.timeout(30_000)
  let server: RedisServer | undefined
  let service: Service

  before(async function () {
    server = await RedisServer.start('--appendonly', 'yes', '--appendfsync', 'always')
    if (server === undefined) {
      console.warn('no outage is tried: put redis-server into the PATH')
      return this.skip()
    }
    service = await serve({ manager: { engine: redis({ connection: server.url, commandTimeout: '500ms' }) } })
  })
  after(async () => {
    await service?.close()
    await server?.stop()
  })

  const create = () => ask(service, 'POST', '/hk/tasks', { body: { operation: 'HOLD', autoStart: false } })

  it('says so and when to come back, and its open streams go on once it is there again', async () => {
    const reader = await readyEvents(service)
    const { body: before } = await create()
    await reader.next(({ data }) => data.includes(before.id))
    await server!.kill()
    for (const path of ['/tasks', `/tasks/${before.id}`, '/operations', '/schedules', '/workers']) {
      const { status, headers, body, text } = await ask(service, 'GET', `/hk${path}`)
      expect([status, body.code, headers['retry-after']], path).to.deep.equal([
        503,
        'engine-unavailable',
        '1',
      ])
      expect(text, 'where the store is').not.to.include(String(server!.port))
    }
    expect((await ask(service, 'GET', '/hk/health')).status).to.equal(200)
    await server!.restart()
    let answer = await create()
    while (answer.status === 503) answer = await create()
    expect(answer.status).to.equal(201)
    await reader.next(({ data }) => data.includes(answer.body.id))
    expect(reader.events.map(({ event }) => event)).to.deep.equal(['ready', 'created', 'created'])
    reader.leave()
    expect(service.logged).to.deep.equal([])
  })
})
