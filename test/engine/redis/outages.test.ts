import { expect } from 'chai'
import { Redis } from 'ioredis'
import { redis } from '../../../src/engine/redis/index.ts'
import type { Claim } from '../../../src/engine/contract.ts'
import { Bench } from '../../../src/testing/conformance/bench.ts'
import { Family } from '../../../src/testing/conformance/family.ts'
import { RETURNED } from '../../../src/testing/conformance/samples.ts'
import { TcpProxy } from '../../faults/tcp-proxy.ts'
import { rejection } from '../../rejection.ts'
import { RedisServer } from '../redis-server.ts'
import { onBench } from './benches.ts'

const ENDED = { kind: 'end', state: 'SUCCEEDED', reason: RETURNED } as const
const ended = ({ id, lease }: Claim) => ({ id, lease, outcome: ENDED })

describe('The redis engine, when Redis', function () {
  this.timeout(30_000)
  let server: RedisServer

  async function start(test: Mocha.Context, ...args: string[]): Promise<void> {
    const started = await RedisServer.start(...args)
    if (started === undefined) test.skip()
    else server = started
  }

  afterEach(() => server?.stop())

  it('is killed and comes back, loses nothing that it had acknowledged, and goes on by itself in all replicas', async function () {
    await start(this, '--appendonly', 'yes', '--appendfsync', 'always')
    await onBench(server.url, async (a) => {
      const b = await a.beside()
      await Promise.all([a, b].map((bench) => bench.engine.watch(true)))
      const tasks = await a.addMany(200)
      const claims = await b.claim({ limit: 50, lease: 60_000 })
      await b.engine.settle(claims.slice(0, 20).map(ended))
      const known: string[] = []
      const addsOn = async (): Promise<never> => {
        for (;;) known.push((await a.add()).id)
      }
      const failure = rejection(addsOn())
      while (known.length < 20) await b.engine.count({})
      await server.kill()
      expect(await failure).to.have.property('code', 'engine-unavailable')
      expect(await rejection(a.engine.count({}))).to.have.property('code', 'engine-unavailable')
      const before = [a, b].map(({ host }) => host.readyCalls)
      await server.restart()
      for (const [i, { host }] of [a, b].entries())
        await [a, b][i]!.told(
          'that it is back',
          () => host.readyCalls > before[i]! && host.rescheduledCalls > 0,
        )
      const ids = await a.ids()
      expect(ids).to.include.members([...tasks.map(({ id }) => id), ...known])
      expect(await b.engine.count({ state: ['SUCCEEDED'] })).to.equal(20)
      expect(await b.engine.renew(claims.slice(20), 60_000)).to.deep.equal(Array(30).fill('held'))
      expect(
        (await b.engine.settle(claims.slice(20).map(ended))).every((task) => task?.state === 'SUCCEEDED'),
      ).to.equal(true)
      const rest = await a.claim({ lease: 60_000 })
      expect(rest).to.have.length(ids.length - 50)
      await b.cancel(rest[0]!.id)
      await a.told('the run', () => a.host.orders.some(({ lease }) => lease === rest[0]!.lease))
      for (const bench of [a, b])
        await bench.told('the cancel', () =>
          bench.host.events.some(({ task }) => task.id === rest[0]!.id && task.cancelRequested),
        )
      const seen = [a, b].map(({ host }) => host.events.map(({ position }) => position))
      expect(seen[0]).to.deep.equal(seen[1])
      expect(new Set(seen[0]).size).to.equal(seen[0]!.length)
    })
  })

  it('answers no more, rejects what was asked in time, and works again when it answers', async function () {
    await start(this)
    await onBench(
      server.url,
      async (t) => {
        const { id } = await t.add()
        const before = t.host.readyCalls
        server.freeze()
        const error = await rejection(t.engine.get(id))
        expect(error).to.have.property('code', 'engine-unavailable')
        server.thaw()
        await t.told('that it is back', () => t.host.readyCalls > before)
        expect((await t.engine.get(id))?.state).to.equal('NEW')
      },
      { commandTimeout: 200 },
    )
  })

  it('has forgotten the scripts, sends them again', async function () {
    await start(this)
    await onBench(server.url, async (t) => {
      const { id } = await t.add()
      const admin = new Redis(server.url)
      await admin.script('FLUSH')
      await admin.quit()
      await t.end(await t.claimOnly(id))
    })
  })

  it('is full, refuses new tasks as storage-full, and lets those that are there end and go', async function () {
    await start(this)
    await onBench(server.url, async (t) => {
      const admin = new Redis(server.url)
      await t.addMany(10)
      const claims = await t.claim({ lease: 60_000 })
      await admin.config('SET', 'maxmemory', '1mb')
      const error = await rejection(t.insert({ args: { text: 'x'.repeat(1_000) } }))
      expect(error).to.have.property('code', 'storage-full')
      expect(await t.engine.renew(claims, 60_000)).to.deep.equal(Array(10).fill('held'))
      const tasks = await t.engine.settle(claims.map(ended))
      expect(tasks.every((task) => task?.state === 'SUCCEEDED')).to.equal(true)
      expect(await t.engine.remove(claims.map(({ id }) => id))).to.deep.equal(Array(10).fill('removed'))
      await admin.config('SET', 'maxmemory', '0')
      await t.add()
      await admin.quit()
    })
  })

  it('cuts single connections, makes them again and misses no order that was given meanwhile', async function () {
    await start(this)
    await onBench(server.url, async (a) => {
      const b = await a.beside()
      const claim = await a.run()
      const admin = new Redis(server.url)
      const before = a.host.rescheduledCalls
      await admin.client('PAUSE', 10_000, 'WRITE')
      const canceled = b.cancel(claim.id)
      await cut(admin, 'majordomo-messages')
      await admin.client('UNPAUSE')
      await canceled
      await a.told('that it is back', () => a.host.rescheduledCalls > before)
      await a.told('the run', () => a.host.orders.some(({ lease }) => lease === claim.lease))
      await admin.quit()
    })
  })

  it('is out of reach while more happens than it remembers, tells that something was missed', async function () {
    await start(this)
    const proxy = await TcpProxy.before(server.port)
    const urls = [`redis://127.0.0.1:${proxy.port}`, server.url]
    const make = () => redis({ connection: urls.shift()!, prefix: 'cut-off', events: 100 })
    const family = new Family({ clock: 'real', make, another: make })
    try {
      const a = await Bench.open(family)
      const b = await a.beside()
      await a.engine.watch(true)
      await b.add()
      await a.told('the task', () => a.host.events.length === 1)
      proxy.mode = 'cut'
      await b.addMany(4_000)
      const missed = new Promise<void>((resolve) =>
        a.host.whenTold(() => a.host.missedCalls.includes('events') && resolve()),
      )
      proxy.mode = 'open'
      await missed
      await a.told('what is remembered', () => a.host.events.at(-1)?.task.id === '004001')
      expect(a.host.events.length).to.be.lessThan(4_001)
    } finally {
      await family.close()
      proxy.close()
    }
  })

  it('is left, keeps none of its connections', async function () {
    await start(this)
    const admin = new Redis(server.url)
    const connections = async () => String(await admin.client('LIST')).match(/name=majordomo-\w+/g) ?? []
    await onBench(server.url, async (t) => {
      await t.engine.watch(true)
      await t.add()
      await t.told('the task', () => t.host.events.length > 0)
      expect((await connections()).toSorted()).to.deep.equal([
        'name=majordomo-commands',
        'name=majordomo-events',
        'name=majordomo-messages',
      ])
    })
    for (let tries = 0; (await connections()).length > 0; tries++) expect(tries).to.be.lessThan(1_000)
    await admin.quit()
  })
})

async function cut(admin: Redis, name: string): Promise<void> {
  for (const line of String(await admin.client('LIST')).split('\n')) {
    const id = /^id=(\d+) /.exec(line)?.[1]
    if (id !== undefined && line.includes(`name=${name} `)) await admin.client('KILL', 'ID', id)
  }
}
