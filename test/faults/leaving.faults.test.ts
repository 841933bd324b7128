import { expect } from 'chai'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Manager } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { Crew } from './crew.ts'
import { overlaps, runsOf } from './fence-audit.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import type { WorkerConfig } from './worker/config.ts'

/** ms */
const LEASE = 1_500
const PATIENCE = 30_000
const HOUR = 3_600_000

describeWithRedis('A replica that leaves, or does not answer', () => {
  const scratch = scratchFolders()
  let server: RedisServer
  let crew: Crew
  let folder: string
  let prefix: string
  let client: Manager
  let tests = 0

  before(async () => {
    server = await RedisServer.start(await scratch())
  })
  after(() => server.stop())
  beforeEach(async () => {
    folder = await scratch()
    crew = new Crew(folder)
    prefix = `leaving-${++tests}`
    client = new Manager({
      engine: redis({ connection: { host: '127.0.0.1', port: server.port }, prefix }),
    })
  })
  afterEach(async () => {
    await client.close({ grace: 0 })
    await crew.end()
  })

  const start = (name: string, more: Omit<Partial<WorkerConfig>, 'fence'> = {}) =>
    crew.start({ name, store: { kind: 'redis', port: server.port, prefix }, lease: LEASE, ...more })
  const ends = (id: string) => within(PATIENCE, `${id} ends`, client.waitFor(id))

  it('gives its tasks back at SIGTERM, and another takes them as if they had not been tried', async () => {
    // Nobody lives to see the end of such a lease: what is taken was given.
    const leaving = await start('leaving', { lease: HOUR, holds: true })
    const { task } = await client.create('HOLD')
    await leaving.record('HOLD runs', ({ what }) => what === 'start')
    await start('staying', { lease: HOUR })
    leaving.signal('SIGTERM')
    expect(await within(PATIENCE, 'the process ends', leaving.exit)).to.equal(0)
    const { state, attempt } = await ends(task.id)
    expect({ state, attempt }).to.deep.equal({ state: 'SUCCEEDED', attempt: 1 })
    const runs = runsOf(crew.all)
    expect(runs.map((run) => [run.worker, run.how, run.why, run.attempt])).to.deep.equal([
      ['leaving', 'abort', 'shutdown', 1],
      ['staying', 'end', undefined, 1],
    ])
    expect(overlaps(runs, ({ id }) => id)).to.deep.equal([])
  })

  it('is not waited for when it blocks its event loop beyond its lease, and what it says late is refused', async () => {
    const blocked = await start('blocked', { holds: true, tags: ['blocked'] })
    const until = join(folder, 'go-on')
    const { task } = await client.create('BLOCK', { until })
    await blocked.record('BLOCK runs', ({ what }) => what === 'start')
    const other = await start('other', { tags: [] })
    const ended = await ends(task.id)
    const late = blocked.record('BLOCK goes on', ({ what }) => what === 'end')
    await writeFile(until, '')
    await late
    const again = await client.create('WORK', {}, { tags: ['blocked'] })
    expect(await ends(again.task.id)).to.include({ state: 'SUCCEEDED', attempt: 1 })
    expect(ended.result).to.deep.equal({ lease: other.records[0]!.lease })
    expect(await client.get(task.id)).to.deep.equal(ended)
  })

  it('agrees with the others on leases and delays although its clock is hours away from theirs', async () => {
    const behind = await start('behind', { skew: -HOUR, holds: true })
    const held = await client.create('HOLD')
    await behind.record('HOLD runs', ({ what }) => what === 'start')
    await start('ahead', { skew: HOUR, tags: ['ahead'] })
    const delayed = await client.create('WORK', {}, { tags: ['ahead'], delay: LEASE })
    const long = await client.create('WORK', { ms: 2 * LEASE }, { tags: ['ahead'] })
    expect(await ends(long.task.id)).to.include({ state: 'SUCCEEDED', attempt: 1 })
    const { startedAt, createdAt } = await ends(delayed.task.id)
    expect(startedAt! - createdAt).to.be.at.least(LEASE)
    expect(await client.get(held.task.id)).to.include({ state: 'ACTIVE', attempt: 1 })
    await client.cancel(held.task.id)
    expect(await ends(held.task.id)).to.include({ state: 'CANCELED', attempt: 1 })
  })
})

describe('A process on a sqlite file that leaves', () => {
  const scratch = scratchFolders()

  it('gives its tasks back at SIGTERM, and the next one takes them as if they had not been tried', async () => {
    const crew = new Crew(await scratch())
    const store = { kind: 'sqlite', file: join(await scratch(), 'tasks.db') } as const
    try {
      const leaving = await crew.start({ name: 'leaving', store, holds: true })
      const [created] = await leaving.ask({ ask: 'create', tasks: [{ operation: 'HOLD' }] })
      await leaving.record('HOLD runs', ({ what }) => what === 'start')
      leaving.signal('SIGTERM')
      expect(await within(PATIENCE, 'the process ends', leaving.exit)).to.equal(0)
      const next = await crew.start({ name: 'next', store })
      const { id } = await next.record('HOLD runs again', ({ what }) => what === 'end')
      const ended = await eventually(PATIENCE, 'it has ended', async () => {
        const task = await next.ask({ ask: 'get', id })
        return task.endedAt === undefined ? undefined : task
      })
      expect(created).to.have.property('id', id)
      expect(ended).to.include({ state: 'SUCCEEDED', attempt: 1 })
    } finally {
      await crew.end()
    }
  })
})
