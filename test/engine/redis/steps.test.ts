import { expect } from 'chai'
import { Redis } from 'ioredis'
import { SCRIPTS } from '../../../src/engine/redis/scripts.ts'
import { RETURNED } from '../../../src/testing/conformance/samples.ts'
import { someRedis } from '../redis-server.ts'
import { onBench } from './benches.ts'

/** What one script leaves to the next ones, because it would keep all others waiting. */
describe('Large steps of the redis engine', () => {
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

  /** Does what the script does, as a process that dies right after it. */
  const alone = (script: { readonly lua: string }, prefix: string, asked: object, ...blobs: string[]) =>
    admin.eval(
      script.lua,
      1,
      `{${prefix}}`,
      'dead',
      '',
      '',
      1_000,
      1_000_000,
      JSON.stringify(asked),
      ...blobs,
    )

  it('go on in another process where the one that took the first step dies: a tree is removed as a whole', async () => {
    await onBench(server!.url, async (t, prefix) => {
      await t.add({ id: 'root', held: true })
      const children = await t.addMany(900, { parentId: 'root', held: true })
      const all = ['root', ...children.map(({ id }) => id)]
      await t.engine.requestCancel(all.map((id) => ({ id, code: 'canceled', message: 'enough' })))
      await alone(SCRIPTS.remove, prefix, { ids: ['root'] })
      expect(await t.isThere('root')).to.equal(false)
      expect(await t.engine.count({})).to.be.greaterThan(0)
      const [late] = await t.insert({ parentId: children.at(-1)!.id })
      expect(late).to.have.property('code', 'unknown-reference')
      await t.told('that it is to sweep', () => (t.host.nextSweep ?? Infinity) <= t.time.now())
      await t.sweep()
      expect(await t.engine.count({})).to.equal(0)
    })
  })

  it('go on in another process where the one that took the first step dies: all dependents are told', async () => {
    await onBench(server!.url, async (t, prefix) => {
      const [good, bad] = [await t.run(), await t.run()]
      const on = (id: string) => ({ after: [{ id, on: 'success' as const }] })
      await t.addMany(700, on(good.id))
      await t.addMany(700, on(bad.id))
      const reason = JSON.stringify(RETURNED)
      const ends = [
        [good.id, good.lease, 'end', 'SUCCEEDED', 'ok', 1],
        [bad.id, bad.lease, 'end', 'FAILED', 'no', 1],
      ]
      await alone(SCRIPTS.settle, prefix, { ends }, reason)
      expect(await t.engine.count({ state: ['CANCELED'] })).to.be.lessThan(700)
      await t.told('that it is to sweep', () => (t.host.nextSweep ?? Infinity) <= t.time.now())
      await t.sweep()
      expect(await t.engine.count({ state: ['CANCELED'] })).to.equal(700)
      expect(await t.claim({ limit: 1_000 })).to.have.length(700)
    })
  })

  it('find what a worker may take among many sets of tags', async () => {
    await onBench(server!.url, async (t) => {
      await t.insert(...Array.from({ length: 200 }, (_, i) => ({ tags: [`customer-${i}`, 'x:1'] })))
      await t.insert(
        { id: 'a', tags: ['x:1'] },
        { id: 'b' },
        { id: 'c', tags: ['ü', 'x:1'] },
        { id: 'd', tags: ['ü'] },
      )
      expect(await t.claimIds({ tags: ['x:1', 'ü'] })).to.deep.equal(['a', 'b', 'c', 'd'])
      expect(await t.claimIds({ tags: ['customer-7'] })).to.deep.equal([])
      expect(await t.claim({ tags: ['x:1', 'customer-7', 'customer-9'] })).to.have.length(2)
      const every = Array.from({ length: 200 }, (_, i) => `customer-${i}`)
      expect(await t.claim({ tags: [...every, 'x:1'] })).to.have.length(198)
    })
  })
})
