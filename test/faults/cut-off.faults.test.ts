import { expect } from 'chai'
import { Manager, MajordomoError } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { rejection } from '../rejection.ts'
import { untilReached } from './careful.ts'
import { Crew } from './crew.ts'
import { overlaps, runsOf } from './fence-audit.ts'
import { allTasks } from './pages.ts'
import { within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import { TcpProxy, type ProxyMode } from './tcp-proxy.ts'

/** ms */
const LEASE = 2_000
/** Renewed in time over a slow network. */
const LONG_LEASE = 5_000
const PATIENCE = 30_000
/** ms, each way */
const FAR = 200

describeWithRedis('A worker with a bad network before its Redis', () => {
  const scratch = scratchFolders()
  let server: RedisServer
  let proxy: TcpProxy
  let crew: Crew
  let prefix: string
  let tests = 0
  const managers: Manager[] = []

  before(async () => {
    server = await RedisServer.start(await scratch())
  })
  after(() => server.stop())
  beforeEach(async () => {
    prefix = `network-${++tests}`
    proxy = await TcpProxy.before(server.port)
    crew = new Crew(await scratch())
  })
  afterEach(async () => {
    proxy.mode = 'open'
    await Promise.all(managers.splice(0).map((manager) => manager.close({ grace: 0 })))
    await crew.end()
    proxy.close()
  })

  /** A manager without animators. */
  function client(port: number): Manager {
    const manager = new Manager({ engine: redis({ connection: { host: '127.0.0.1', port }, prefix }) })
    managers.push(manager)
    return manager
  }
  /** Takes the tasks that the other one does not, and those of everybody. */
  function far(lease = LEASE) {
    const store = { kind: 'redis', port: proxy.port, prefix } as const
    return crew.start({ name: 'far', store, lease, tags: ['far'], holds: true })
  }
  function near() {
    const store = { kind: 'redis', port: server.port, prefix } as const
    return crew.start({ name: 'near', store, lease: LEASE, tags: [] })
  }
  async function ends(manager: Manager, id: string): Promise<string> {
    return (await within(PATIENCE, `${id} ends`, manager.waitFor(id))).state
  }

  for (const mode of ['cut', 'half-open', 'deaf'] as const) {
    it(`stops its runs before another starts their tasks, and comes back by itself, when the network is ${mode}`, async () => {
      const [cutOff, manager] = [await far(), client(server.port)]
      const { task } = await manager.create('HOLD')
      await cutOff.record('HOLD runs', ({ what }) => what === 'start')
      const other = await near()
      proxy.mode = mode
      const stop = await cutOff.record('HOLD is stopped', ({ what }) => what === 'abort')
      const start = await other.record('HOLD runs again', ({ what }) => what === 'start')
      expect(stop.why).to.equal('lease-lost')
      expect(stop.at).to.be.lessThan(start.at)
      expect(await ends(manager, task.id)).to.equal('SUCCEEDED')
      expect((await manager.get(task.id)).result).to.deep.equal({ lease: start.lease })

      proxy.mode = 'open'
      const after = await manager.create('WORK', {}, { tags: ['far'] })
      expect(await ends(manager, after.task.id)).to.equal('SUCCEEDED')
      expect(overlaps(runsOf(crew.all), ({ id }) => id)).to.deep.equal([])
    })
  }

  it('ends at SIGTERM although it cannot give its task back, and another takes it after the lease', async () => {
    const [cutOff, manager] = [await far(), client(server.port)]
    const { task } = await manager.create('HOLD')
    await cutOff.record('HOLD runs', ({ what }) => what === 'start')
    await near()
    proxy.mode = 'half-open'
    cutOff.signal('SIGTERM')
    expect(await within(PATIENCE, 'the process ends', cutOff.exit)).to.equal(0)
    expect(await ends(manager, task.id)).to.equal('SUCCEEDED')
    expect(overlaps(runsOf(crew.all), ({ id }) => id)).to.deep.equal([])
  })

  it('notices by itself that its connections have gone silent, and works and hears orders on new ones', async () => {
    const [worker, manager] = [await far(), client(server.port)]
    proxy.forget()
    const first = await manager.create('WORK', {}, { tags: ['far'] })
    expect(await ends(manager, first.task.id)).to.equal('SUCCEEDED')
    const second = await manager.create('HOLD', {}, { tags: ['far'] })
    await worker.record('HOLD runs', ({ id, what }) => id === second.task.id && what === 'start')
    await manager.cancel(second.task.id)
    expect(await ends(manager, second.task.id)).to.equal('CANCELED')
  })

  it(`keeps its leases and ends its tasks at the first try with ${FAR} ms of latency each way`, async () => {
    await far(LONG_LEASE)
    const manager = client(proxy.port)
    proxy.latency = FAR
    const long = await manager.create('WORK', { ms: LONG_LEASE + LEASE }, { tags: ['far'] })
    const many = await manager.createMany(
      Array.from({ length: 30 }, () => ({ operation: 'WORK', args: { ms: 1 }, options: { tags: ['far'] } })),
    )
    expect(many.filter((outcome) => 'error' in outcome)).to.deep.equal([])
    await ends(manager, long.task.id)
    await Promise.all(many.flatMap((outcome) => ('task' in outcome ? [ends(manager, outcome.task.id)] : [])))
    const tasks = await allTasks((query) => manager.list(query))
    expect(tasks).to.have.property('size', 31)
    expect(
      [...tasks.values()].filter(({ attempt, state }) => attempt !== 1 || state !== 'SUCCEEDED'),
    ).to.deep.equal([])
  })

  for (const mode of ['cut', 'half-open', 'deaf'] satisfies ProxyMode[]) {
    it(`refuses a creation as engine-unavailable while the network is ${mode}, and repeated under its key it is stored once`, async () => {
      const [manager, witness] = [client(proxy.port), client(server.port)]
      await Promise.all([manager.open(), near()])
      const create = () => manager.create('WORK', {}, { idempotencyKey: 'once' })
      // So that the operation is known without asking.
      await manager.create('WORK', {}, { tags: ['nobody'] })
      proxy.mode = mode
      const error = await within(PATIENCE, 'the creation is refused', rejection(create()))
      expect(MajordomoError.is(error) && error.code).to.equal('engine-unavailable')
      proxy.mode = 'open'
      const { task } = await within(PATIENCE, 'the creation is stored', untilReached(create))
      expect(await ends(witness, task.id)).to.equal('SUCCEEDED')
      expect(await witness.count({ state: ['SUCCEEDED'] })).to.equal(1)
      expect(await witness.count()).to.equal(2)
    })
  }
})
