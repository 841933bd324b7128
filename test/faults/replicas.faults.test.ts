import { expect } from 'chai'
import { Manager } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { Canceler } from './canceler.ts'
import { created } from './created.ts'
import { Creator } from './creator.ts'
import { Crew } from './crew.ts'
import { Ends } from './ends.ts'
import { mostAtOnce, overlaps, runsOf, takeovers } from './fence-audit.ts'
import { mixed, unfinishedBusiness } from './mixture.ts'
import { allTasks } from './pages.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import { LONG, sized } from './size.ts'
import { CAP } from './worker/animators.ts'

const TASKS = sized(1_500, 10_000)
const KILLS = sized(5, 25)
/** The long form has the default, so that its figures are those of a user. */
const LEASE = sized<number | undefined>(3_000, undefined)
const CANCEL_EACH = 13
const PATIENCE = sized(60_000, 600_000)

describeWithRedis('Three replicas on one Redis', function () {
  const scratch = scratchFolders()

  it('end every acknowledged task once, though replicas and Redis itself are killed all the while', async function () {
    this.timeout(2 * PATIENCE)
    const server = await RedisServer.start(await scratch())
    const crew = new Crew(await scratch())
    const store = { kind: 'redis', port: server.port, prefix: 'replicas' } as const
    const driver = new Manager({
      engine: redis({ connection: { host: '127.0.0.1', port: server.port }, prefix: store.prefix }),
      purgeDelay: '1h',
    })
    const ends = new Ends()
    try {
      const canceler = new Canceler(CANCEL_EACH, (id) => driver.cancel(id))
      driver.subscribe((events) => {
        ends.see(events)
        canceler.see(events)
      })
      await driver.open()
      await Promise.all(['a', 'b', 'c'].map((name) => crew.start({ name, store, lease: LEASE })))

      const creator = new Creator(async (tasks) => (await driver.createMany(tasks)).map(created))
      const creation = creator.all(TASKS, mixed)
      const restartsAt = [Math.floor(KILLS / 3), Math.floor((2 * KILLS) / 3)]
      for (let kill = 0; kill < KILLS; kill++) {
        await within(PATIENCE, 'tasks end', ends.reached(Math.floor((TASKS * (kill + 0.5)) / KILLS)))
        await crew.replaceOne()
        if (!restartsAt.includes(kill)) continue
        await server.kill()
        await server.start()
      }
      await within(PATIENCE, 'all is acknowledged', creation)
      await within(PATIENCE, 'all cancels are answered', canceler.done())
      await eventually(PATIENCE, 'nothing is left', async () =>
        (await driver.count({ state: ['NEW', 'ACTIVE', 'WAITING'] })) === 0 ? true : undefined,
      )
      const tasks = await allTasks((query) => driver.list(query))
      await within(PATIENCE, 'all ends are told of', ends.reached(tasks.size))
      await crew.end()
      const runs = runsOf(crew.all)
      expect(creator.doubled, 'keys with two tasks').to.deep.equal([])
      expect(
        [...creator.acknowledged.values()].filter((id) => !tasks.has(id)),
        'lost tasks',
      ).to.deep.equal([])
      const roots = [...tasks.values()].filter(({ parentId }) => parentId === undefined)
      expect(roots, 'tasks in all').to.have.length(TASKS)
      expect(unfinishedBusiness(tasks)).to.deep.equal([])
      expect(
        [...ends.times].filter(([, times]) => times !== 1),
        'tasks told of as ended not once',
      ).to.deep.equal([])
      expect(
        overlaps(runs, ({ id }) => id),
        'runs of one task at once',
      ).to.deep.equal([])
      expect(
        overlaps(runs, ({ key }) => key),
        'runs of one key at once',
      ).to.deep.equal([])
      const capped = runs.filter(({ operation }) => operation === 'CAPPED')
      expect(mostAtOnce(capped), 'runs of the capped operation at once').to.be.at.most(CAP)
      const complete = new Set(runs.filter(({ how }) => how === 'end').map(({ lease }) => lease))
      const winners = [...tasks.values()].flatMap(({ result }) =>
        result === undefined ? [] : [(result as { lease: string }).lease],
      )
      expect(
        winners.filter((lease) => !complete.has(lease)),
        'results of runs that were not',
      ).to.deep.equal([])
      expect(canceler.late(runs), 'runs of canceled tasks').to.deep.equal([])
      expect(canceler.count, 'tasks that were canceled at once').to.be.greaterThan(0)
      const again = await allTasks((query) => driver.list(query))
      expect([...again.values()].map(({ version }) => version)).to.deep.equal(
        [...tasks.values()].map(({ version }) => version),
      )
      if (LONG) report(takeovers(runs.filter(({ key }) => key === undefined)))
    } finally {
      await crew.end()
      await driver.close({ grace: 0 })
      await server.stop()
    }
  })
})

function report(waits: readonly number[]): void {
  const at = (share: number) => Math.round(waits[Math.floor((waits.length - 1) * share)] ?? Number.NaN)
  console.log(
    `    takeover after kill -9, with the default lease: ${waits.length} runs, ${at(0)} ms at the least, ${at(0.5)} ms median, ${at(0.95)} ms at the 95th percentile, ${at(1)} ms at the most`,
  )
}
