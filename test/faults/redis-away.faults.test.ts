import { expect } from 'chai'
import { Manager } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { untilReached } from './careful.ts'
import { Crew } from './crew.ts'
import { Ends } from './ends.ts'
import { overlaps, runsOf } from './fence-audit.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import type { FenceRecord } from './worker/fence.ts'

/** ms */
const LEASE = 1_500
const PATIENCE = 30_000
const MANY = 20

describeWithRedis('Workers whose Redis goes away', () => {
  const scratch = scratchFolders()
  let server: RedisServer
  let crew: Crew
  const clients: Manager[] = []

  beforeEach(async () => {
    server = await RedisServer.start(await scratch())
    crew = new Crew(await scratch())
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close({ grace: 0 })))
    await crew.end()
    await server.stop()
  })

  const prefix = 'away'
  const start = () => {
    const store = { kind: 'redis', port: server.port, prefix } as const
    return crew.start({ name: 'worker', store, lease: LEASE, holds: true })
  }
  const client = () => {
    const made = new Manager({
      engine: redis({ connection: { host: '127.0.0.1', port: server.port }, prefix }),
    })
    clients.push(made)
    return made
  }
  const starts = (id: string, attempt: number) => (record: FenceRecord) =>
    record.id === id && record.what === 'start' && record.attempt === attempt

  it('stop their runs when it stays away for a lease, and try them again when it is back', async () => {
    const [worker, manager] = [await start(), client()]
    const { task } = await manager.create('HOLD')
    await worker.record('HOLD runs', starts(task.id, 1))
    await server.kill()
    const stop = await worker.record('HOLD is stopped', ({ what }) => what === 'abort')
    await server.start()
    await worker.record('HOLD runs again', starts(task.id, 2))
    const cancel = () => manager.cancel(task.id)
    await within(PATIENCE, 'the cancel is heard', untilReached(cancel))
    expect(await within(PATIENCE, 'it ends', manager.waitFor(task.id))).to.include({ state: 'CANCELED' })
    expect(stop.why).to.equal('lease-lost')
    expect(overlaps(runsOf(crew.all), ({ id }) => id)).to.deep.equal([])
  })

  it('stop their runs when it comes back with nothing, and take new tasks from everybody', async () => {
    const [worker, manager] = [await start(), client()]
    const ends = new Ends()
    manager.subscribe((events) => ends.see(events))
    for (let i = 0; i < MANY; i++) await manager.waitFor((await manager.create('WORK')).task.id)
    const lost = await manager.create('HOLD')
    await worker.record('HOLD runs', starts(lost.task.id, 1))
    await server.kill()
    await server.forget()
    await server.start()
    const stop = await worker.record('HOLD is stopped', ({ what }) => what === 'abort')
    const stranger = client()
    const { task } = await eventually(PATIENCE, 'a stranger may create', () =>
      stranger.create('WORK').catch(() => undefined),
    )
    // The other one has been told of more events than there are now.
    await eventually(PATIENCE, 'it is told of its end', () => ends.times.get(task.id))
    expect(stop.why).to.equal('lease-lost')
  })
})
