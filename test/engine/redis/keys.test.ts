import { expect } from 'chai'
import { Redis } from 'ioredis'
import { SCRIPTS } from '../../../src/engine/redis/scripts.ts'
import { workerOf } from '../../../src/testing/conformance/samples.ts'
import { RedisServer } from '../redis-server.ts'
import { onBench } from './benches.ts'

describe('Keys of the redis engine', function () {
  this.timeout(30_000)
  let server: RedisServer | undefined
  let admin: Redis

  before(async function () {
    server = await RedisServer.start()
    if (server === undefined) return this.skip()
    admin = new Redis(server.url)
  })

  after(async () => {
    await admin?.quit()
    await server?.stop()
  })

  const keys = async () => (await admin.keys('*')).toSorted()

  it('all have the one hash tag, and go with the tasks that they belong to', async () => {
    await onBench(server!.url, async (t, prefix) => {
      const idempotency = { key: 'k', hash: 'h', keep: t.ticks(1) }
      const parent = await t.run({ id: 'a', idempotency, dedupKey: 'd', args: { text: 'x'.repeat(9_000) } })
      await t.insert(
        { id: 'b', parentId: 'a', name: 'child', tags: ['x', 'y'], createdBy: 'ann' },
        { id: 'c', after: [{ id: 'a', on: 'success' }], concurrencyKey: 'k', ttl: t.ticks(900) },
        { id: 'd', concurrencyKey: 'k', delay: 0 },
      )
      await t.write(parent, { stream: 'log', text: 'hello' }, { stream: 'items', data: 1 })
      const wish = { lease: t.ticks(900), caps: new Map([['SWEEP', 3]]) }
      const [child, other] = await t.claim(wish)
      await t.supersede(child!.id)
      await t.cancel(other!.id)
      await t.retry(other!)
      await t.engine.pause('SWEEP', true)
      await t.engine.limit('SWEEP', 5)
      await t.engine.describe([{ name: 'SWEEP', summary: 'Sweeps' }])
      await t.engine.announce(workerOf(t, {}), 60_000)
      await t.engine.putSchedule({ name: 'nightly', spec: {}, next: 1_000 })
      const used = await keys()
      expect(used.length).to.be.greaterThan(30)
      expect(used.filter((key) => !key.startsWith(`{${prefix}}:`))).to.deep.equal([])

      await t.engine.pause('SWEEP', false)
      await t.end(parent)
      await t.gone(child!)
      for (const claim of await t.claim()) await t.end(claim)
      expect(await t.engine.count({ state: ['SUCCEEDED', 'SKIPPED', 'CANCELED'] })).to.equal(4)
      await t.pass(2)
      expect(await t.engine.remove(['a', 'c', 'd'])).to.deep.equal(['removed', 'removed', 'removed'])
      const left = (await keys()).map((key) => key.slice(prefix.length + 3))
      expect(left).to.deep.equal([
        'alive',
        'beats',
        'described',
        'events',
        'form',
        'limits',
        'meta',
        'operations',
        'schedules',
        'specs',
        'workers',
      ])
    })
  })

  it('are the only ones that scripts know: each begins with the first key that is handed in', () => {
    for (const [name, { lua }] of Object.entries(SCRIPTS)) {
      expect(lua.match(/KEYS\[1\]/g), name).to.have.length(1)
      expect(lua.match(/KEYS\[[^1]/g), name).to.equal(null)
    }
  })
})
