import { expect } from 'chai'
import { join } from 'node:path'
import { Manager } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import type { FanOutItem, FanOutRequest, FanOutSummary } from '../../src/animators/fanout/index.ts'
import { Host, rangeOf } from '../animators/fanout/task/host.ts'
import { startTargets, type Targets } from '../animators/fanout/targets/targets.ts'
import { Crew } from './crew.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import { sized } from './size.ts'
import type { WorkerProcess } from './worker-process.ts'

const KILLS = sized(6, 40)
const REQUESTS = sized(3_000, 24_000)
const AT_ONCE = 25
const PATIENCE = sized(60_000, 600_000)
const LEASE = 2_000

describe('A process that runs a list of requests', () => {
  const scratch = scratchFolders()
  let targets: Targets
  let crew: Crew

  before(async () => {
    targets = await startTargets({ addresses: 4 })
  })
  after(() => targets.stop())
  beforeEach(async () => {
    await targets.reset()
    crew = new Crew(await scratch())
  })
  afterEach(() => crew.end())

  function list(): object {
    return {
      items: rangeOf(REQUESTS).map((i) => requestOf(i, targets)),
      concurrency: AT_ONCE,
      source: { retry: 0 },
    }
  }

  /** When a random number of requests have been sent from now on, or the task has ended. */
  async function someSent(ended: Promise<unknown>): Promise<void> {
    const { requests } = await targets.counts()
    const more = Math.ceil(Math.random() * (REQUESTS / KILLS))
    await within(
      PATIENCE,
      'requests are sent',
      Promise.race([targets.whenAtLeast({ requests: requests + more }, PATIENCE), ended]),
    )
  }

  async function audit(host: Host, id: string, kills: number): Promise<void> {
    const { task, summary, items } = await host.ended(id)
    expect(task.state, JSON.stringify(task.error)).to.equal('SUCCEEDED')
    expect(task.attempt, 'runs').to.equal(kills + 1)
    const seen = await targets.seen()
    expect(faultsOf(items, summary, seen)).to.deep.equal([])
    const perhaps = items.filter(({ error }) => error?.code === 'perhaps-sent').length
    expect(perhaps, 'requests that nobody knows of').to.be.at.most(kills * AT_ONCE)
  }

  it('and is killed again and again on a sqlite file gives each request one end, and sends none twice that must not be', async function () {
    this.timeout(2 * PATIENCE)
    const file = join(await scratch(), 'tasks.db')
    let worker = await crew.start({ name: 'only', store: { kind: 'sqlite', file }, fanOut: true })
    const [created] = await worker.ask({ ask: 'create', tasks: [{ operation: 'HTTP_FANOUT', args: list() }] })
    const { id } = created as { id: string }
    const ended = async (worker: WorkerProcess): Promise<void> => {
      await eventually(PATIENCE, 'the list has ended', async () =>
        (await worker.ask({ ask: 'get', id })).endedAt === undefined ? undefined : true,
      )
    }
    let kills = 0
    for (; kills < KILLS; kills++) {
      const end = ended(worker).catch(() => {})
      await someSent(end)
      if ((await worker.ask({ ask: 'get', id })).endedAt !== undefined) break
      await worker.kill()
      await end
      worker = await crew.start(worker.config)
    }
    await ended(worker)
    await crew.end()
    const manager = new Manager({ engine: sqlite({ file }) })
    try {
      await audit(new Host(manager), id, kills)
    } finally {
      await manager.close({ grace: 0 })
    }
    expect(kills, 'kills').to.be.at.least(KILLS / 2)
  })

  describeWithRedis('on one Redis', () => {
    let server: RedisServer
    let driver: Manager
    let host: Host
    let prefix = 'fanout'

    before(async () => {
      server = await RedisServer.start(await scratch())
    })
    after(() => server.stop())
    beforeEach(() => {
      prefix += '-'
      driver = new Manager({
        engine: redis({ connection: { host: '127.0.0.1', port: server.port }, prefix }),
      })
      host = new Host(driver)
    })
    afterEach(() => driver.close({ grace: 0 }))

    const start = (name: string, fanOut: boolean) =>
      crew.start({ name, store: { kind: 'redis', port: server.port, prefix }, lease: LEASE, fanOut })

    it('and is killed again and again gives each request one end, sends none twice that must not be, and the list goes on at another', async function () {
      this.timeout(2 * PATIENCE)
      await Promise.all(['a', 'b', 'c'].map((name) => start(name, true)))
      await driver.open()
      const id = await host.created(list())
      const ended = driver.waitFor(id)
      let kills = 0
      for (let turn = 0; turn < KILLS; turn++) {
        await someSent(ended)
        const { endedAt, attempt } = await driver.get(id)
        if (endedAt !== undefined) break
        // Whoever has it: all of them die, one after the other, and others come.
        for (const worker of crew.alive) {
          await worker.kill()
          crew.launch(worker.config)
        }
        await eventually(PATIENCE, 'another one goes on', async () => {
          const now = await driver.get(id)
          return now.attempt > attempt || now.endedAt !== undefined ? true : undefined
        })
        kills++
      }
      await within(PATIENCE, 'the list ends', ended)
      const { attempt } = await driver.get(id)
      expect(attempt).to.be.at.least(kills + 1)
      await audit(host, id, attempt - 1)
      expect(kills, 'kills').to.be.at.least(KILLS / 2)
    })

    it('is the one that has the animator, wherever the list was created, and the next one that has it when it dies', async () => {
      const [, first] = await Promise.all([
        start('none', false),
        start('first', true),
        start('nor-this', false),
      ])
      await driver.open()
      await targets.gate('remote').shut()
      const id = await host.created({
        items: [
          ...rangeOf(20).map((i) => ({ url: targets.url(`/id/${i}/echo`, i) })),
          { url: targets.url('/gate/remote/echo') },
          ...rangeOf(300).map((i) => ({ url: targets.url(`/id/${20 + i}/echo`, i) })),
        ],
        concurrency: 1,
      })
      await targets.gate('remote').held(1)
      await eventually(PATIENCE, 'what was answered is stored', async () =>
        (await host.items(id)).length === 20 ? true : undefined,
      )
      await first.kill()
      await targets.gate('remote').open()
      await start('second', true)
      const { task, items } = await host.ended(id)
      expect(task).to.include({ state: 'SUCCEEDED' })
      expect(items).to.have.length(321)
      const agents = items.map(
        ({ body }) => (JSON.parse(body!) as Echo).headers['user-agent']!.split(/[ /]/)[0],
      )
      expect(agents.slice(0, 20).every((agent) => agent === 'first')).to.equal(true)
      expect(agents.slice(20).every((agent) => agent === 'second')).to.equal(true)
      expect(Object.values(await targets.seen()).every((times) => times === 1)).to.equal(true)
    })
  })
})

interface Echo {
  readonly headers: Record<string, string>
}

/** A mixture by index, so that whoever looks at an item knows what was asked. */
function requestOf(i: number, targets: Targets): FanOutRequest {
  const path = ['/ok', '/delay/5/ok', '/ok', '/status/404', '/delay/1/ok'][i % 5]
  const url = targets.url(`/id/${i}${path}`, i)
  if (i % 7 === 0) return { url, method: 'POST', body: 'x' }
  if (i % 7 === 3) return { url, method: 'POST', idempotent: true }
  if (i % 7 === 5) return { url, method: 'PUT', idempotent: false }
  return { url }
}

function faultsOf(
  items: readonly FanOutItem[],
  summary: FanOutSummary,
  seen: Readonly<Record<string, number>>,
): string[] {
  const faults: string[] = []
  const byIndex = new Map<number, FanOutItem>()
  for (const item of items) {
    if (byIndex.has(item.index)) faults.push(`${item.index} has two items`)
    byIndex.set(item.index, item)
  }
  for (let i = 0; i < REQUESTS; i++) {
    const [item, times] = [byIndex.get(i), seen[i] ?? 0]
    const once = i % 7 === 0 || i % 7 === 5
    if (item === undefined) faults.push(`${i} has no item`)
    else if (item.error?.code === 'perhaps-sent') {
      if (!once) faults.push(`${i} was not sent again although it may be`)
    } else if (item.status !== (i % 5 === 3 ? 404 : 200)) faults.push(`${i} is ${JSON.stringify(item)}`)
    else if (times === 0) faults.push(`${i} was never sent`)
    else if (times > 1 && item.resent !== true) faults.push(`${i} was sent again and does not say so`)
    if (once && times > 1) faults.push(`${i} was sent ${times} times`)
  }
  if (summary.total !== REQUESTS) faults.push(`the summary has a total of ${summary.total}`)
  return faults
}
