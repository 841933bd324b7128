import { expect } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createClient, type Client } from '../../src/client/index.ts'
import { removeKeys, someRedis } from '../engine/redis-server.ts'
import type { Operations } from './file-share.ts'
import { startExample, type Running } from './running.ts'

describe('the example as three replicas on one Redis', function () {
  this.timeout(90_000)

  let server: Awaited<ReturnType<typeof someRedis>>
  let home: string
  let replicas: Running[]
  let client: Client<Operations>

  before(async function () {
    server = await someRedis()
    if (server !== undefined) return
    console.warn('the example is not tried on Redis: set REDIS_URL, or put redis-server into the PATH')
    this.skip()
  })
  after(() => server?.stop())

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'file-share-test-'))
    const env = { ENGINE: server!.url, FILE_SHARE_HOME: home, LOG_LEVEL: 'warn' }
    replicas = await Promise.all([1, 2, 3].map(() => startExample('file-share/main.ts', env)))
    client = createClient<Operations>({ baseUrl: replicas.map(({ url }) => `${url}/housekeeping`) })
  })
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()))
    await removeKeys(server!.url, `{file-share-${basename(home)}}:*`)
    await rm(home, { recursive: true, force: true })
  })

  it('goes on when one is killed and another one stopped, and a caller of the typed client notices nothing but a short delay', async () => {
    const CALLERS = 5
    const EACH = 10
    const told: string[] = []
    const stop = new AbortController()
    // An id that nobody knows is answered by a reset: then the stream is open.
    const events = client.events({ lastEventId: 'elsewhere', signal: stop.signal })
    expect((await events.next()).value).to.include({ type: 'reset' })
    const listening = (async () => {
      for await (const event of events) {
        told.push(event.type === 'reset' ? 'reset' : `${event.type} ${event.task.id}`)
        if (told.filter((line) => line.startsWith('created')).length === CALLERS * EACH) return
      }
    })()

    const ends: Promise<number | null>[] = []
    const ids: string[] = []
    const call = async () => {
      for (let i = 0; i < EACH; i++) {
        const { task, duplicate } = await client.create('FIND_DUPLICATES')
        expect(duplicate).to.equal(false)
        ids.push(task.id)
        if (ids.length === 0.3 * CALLERS * EACH) ends.push(replicas[0]!.stop('SIGKILL'))
        if (ids.length === 0.6 * CALLERS * EACH) ends.push(replicas[1]!.stop('SIGTERM'))
        expect(await client.waitFor(task.id)).to.include({ id: task.id, state: 'SUCCEEDED' })
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, call))
    await listening
    stop.abort()
    expect(await Promise.all(ends)).to.deep.equal([null, 0])

    expect(new Set(ids).size).to.equal(CALLERS * EACH)
    const { total } = await client.raw.GET('/tasks').then(({ data }) => data!)
    expect(total).to.equal(CALLERS * EACH)
    const creations = told.filter((line) => line.startsWith('created'))
    expect(new Set(creations)).to.deep.equal(new Set(ids.map((id) => `created ${id}`)))
    expect(told).not.to.include('reset')
    expect(new Set(creations).size).to.equal(creations.length)
  })

  it('has one schedule, and shows its three workers', async () => {
    const [schedule, ...others] = await client.schedules.list()
    expect(others).to.deep.equal([])
    expect(schedule).to.include({ name: 'nightly-purge', operation: 'UPLOAD_PURGE', version: 1 })
    expect(await client.workers()).to.have.length(3)
    const [ours, ...more] = replicas.splice(0)
    replicas.push(...more)
    expect(await ours!.stop('SIGTERM')).to.equal(0)
    expect(await client.workers()).to.have.length(2)
  })
})
