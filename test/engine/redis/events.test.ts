import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { redis } from '../../../src/engine/redis/index.ts'
import { RecordingHost } from '../../../src/testing/conformance/host.ts'
import { testTime } from '../../../src/testing/conformance/time.ts'
import { someRedis } from '../redis-server.ts'
import { onBench } from './benches.ts'

describe('Events of the redis engine', () => {
  let server: Awaited<ReturnType<typeof someRedis>>
  let admin: Redis

  before(async function () {
    server = await someRedis()
    if (server === undefined) return this.skip()
    admin = new Redis(server.url)
  })

  after(async () => {
    await admin?.quit()
    await server?.stop()
  })

  const LARGE = 'x'.repeat(20_000)

  it('carry no large arguments and results, and are told with them all the same, in all replicas', async () => {
    await onBench(server!.url, async (a, prefix) => {
      const b = await a.beside()
      await Promise.all([a, b].map((bench) => bench.engine.watch(true)))
      const claim = await a.run({ args: { text: LARGE } })
      const reason = { code: 'returned', message: 'the run returned' } as const
      const ended = await a.settle(claim, { kind: 'end', state: 'SUCCEEDED', reason, result: [LARGE] })
      expect(ended?.args).to.deep.equal({ text: LARGE })
      expect(ended?.result).to.deep.equal([LARGE])
      for (const bench of [a, b]) {
        await bench.told('all', () => bench.host.events.length === 3)
        for (const { task } of bench.host.events) expect(task.args).to.deep.equal({ text: LARGE })
        expect(bench.host.events[2]!.task.result).to.deep.equal([LARGE])
        bench.same(await bench.get(claim.id), ended)
        bench.same((await bench.page()).items[0], ended)
      }
      expect(JSON.stringify(await admin.xrange(`{${prefix}}:events`, '-', '+')).length).to.be.lessThan(10_000)
    })
  })

  it('are kept to about so many as the option says', async () => {
    await onBench(
      server!.url,
      async (t, prefix) => {
        await t.addMany(500)
        for (let i = 0; i < 300; i++) await t.add()
        const events = await t.engine.recentEvents(10_000)
        expect(events.length).to.be.greaterThanOrEqual(100).and.lessThan(500)
        expect(events.at(-1)?.task.id).to.equal('000800')
        expect(await admin.xlen(`{${prefix}}:events`)).to.be.lessThan(500)
      },
      { events: 100 },
    )
  })

  it('are read by nobody who does not listen, and then from the first change on', async () => {
    const prefix = `test-${randomUUID()}`
    const connections = async () => String(await admin.client('LIST'))
    const host = new RecordingHost(testTime('real'), { ageing: undefined, maxEnded: undefined }, false)
    host.isListening = false
    const engine = redis({ connection: `${server!.url}?connectionName=${prefix}`, prefix })
    await engine.open(host)
    const draft = { id: 'a', operation: 'SWEEP', args: {}, priority: 0, tags: [], retain: 0 }
    await engine.insert([draft])
    expect((await connections()).match(new RegExp(`name=${prefix}`, 'g'))).to.have.length(2)
    host.isListening = true
    const told = new Promise<void>((resolve) => host.whenTold(() => host.events.length > 0 && resolve()))
    await engine.insert([{ ...draft, id: 'b' }])
    await told
    expect(host.events.map(({ task }) => task.id)).to.deep.equal(['b'])
    await engine.close()
  })

  it('stand in the same order in all replicas, whoever changes what at the same time', async () => {
    await onBench(server!.url, async (a) => {
      const b = await a.beside()
      await Promise.all([a, b].map((bench) => bench.engine.watch(true)))
      await Promise.all(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? a : b).add()))
      for (const bench of [a, b]) await bench.told('all', () => bench.host.events.length === 100)
      const positions = a.host.events.map(({ position }) => position)
      expect(b.host.events.map(({ position }) => position)).to.deep.equal(positions)
      expect(positions.map(Number)).to.deep.equal(positions.map(Number).toSorted((x, y) => x - y))
    })
  })
})
