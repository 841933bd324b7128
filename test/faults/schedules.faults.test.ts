import { expect } from 'chai'
import { Manager, type Schedule } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { Crew } from './crew.ts'
import { allTasks } from './pages.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import { sized } from './size.ts'
import type { WorkerProcess } from './worker-process.ts'

const KILLS = sized(3, 30)
/** Tasks between two kills. */
const BETWEEN = 2
const EACH_SECOND = { operation: 'WORK', cron: '* * * * * *', overlap: 'allow', missed: 'all' } as const
/** ms */
const LEASE = 2_000
const PATIENCE = 30_000

describeWithRedis('A schedule that ticks each second', () => {
  const scratch = scratchFolders()

  it('makes exactly one task for each tick, though three replicas see it come and are killed all the while', async function () {
    this.timeout(60_000 + KILLS * 10_000)
    const server = await RedisServer.start(await scratch())
    const crew = new Crew(await scratch())
    const store = { kind: 'redis', port: server.port, prefix: 'schedules' } as const
    const manager = () =>
      new Manager({
        engine: redis({ connection: { host: '127.0.0.1', port: server.port }, prefix: store.prefix }),
      })
    try {
      await Promise.all(['a', 'b', 'c'].map((name) => crew.start({ name, store, lease: LEASE })))
      const setter = manager()
      const { nextAt: first } = await setter.setSchedule('second', EACH_SECOND)
      // Every manager fires schedules: this one shall not stand in for those that die.
      await setter.close()
      for (let kill = 0; kill < KILLS; kill++) {
        await within(PATIENCE, 'tasks run', ran(crew.alive, BETWEEN))
        await crew.replaceOne()
      }
      await within(PATIENCE, 'tasks run', ran(crew.alive, BETWEEN))

      const witness = manager()
      await witness.setSchedule('second', { ...EACH_SECOND, paused: true })
      await eventually(PATIENCE, 'nothing is left', async () =>
        (await witness.count({ state: ['NEW', 'ACTIVE'] })) === 0 ? true : undefined,
      )
      const schedule = await witness.getSchedule('second')
      const tasks = await allTasks((query) => witness.list(query))
      await witness.close()
      expect(schedule.fired).to.equal(ticksFrom(first!, schedule))
      expect(tasks.size).to.equal(schedule.fired)
      expect(tasks.size).to.be.at.least(KILLS * BETWEEN)
      expect([...tasks.values()].filter(({ state }) => state !== 'SUCCEEDED')).to.deep.equal([])
    } finally {
      await crew.end()
      await server.stop()
    }
  })
})

/** How many seconds there are from the first to the last that fired, both counted. */
function ticksFrom(first: number, { lastAt }: Schedule): number {
  return (lastAt! - first) / 1_000 + 1
}

/** When these workers together have run so many more tasks. */
async function ran(workers: readonly WorkerProcess[], count: number): Promise<void> {
  const runs = () => workers.flatMap(({ records }) => records).length
  const before = runs()
  await eventually(PATIENCE, `${count} tasks ran`, () => (runs() >= before + 2 * count ? true : undefined))
}
