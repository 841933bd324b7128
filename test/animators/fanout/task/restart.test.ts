import { expect } from 'chai'
import * as fc from 'fast-check'
import type { FanOutItem, FanOutRequest } from '../../../../src/animators/fanout/index.ts'
import { ENGINE_KINDS, overEachEngine, SHARED_MEMORY, type Store } from '../../../engine/engines.ts'
import { door } from '../../../manager/promises.ts'
import { codes } from '../items.ts'
import { startTargets, type Targets } from '../targets/targets.ts'
import { rangeOf, states, useHosts, type Ended, type Host } from './host.ts'

const DURABLE = [SHARED_MEMORY, ...ENGINE_KINDS.filter(({ durable }) => durable)]

overEachEngine(
  'A fan-out that is interrupted',
  (kind) => {
    const make = useHosts()
    let targets: Targets
    let store: Store

    before(async () => {
      targets = await startTargets({ addresses: 4 })
      store = kind.store()
    })
    after(async () => {
      await targets.stop()
      await store.dispose()
    })
    beforeEach(() => targets.reset())

    const started = () => make({ engine: store.engine() })
    const request = (i: number, path: string, more: Omit<FanOutRequest, 'url'> = {}): FanOutRequest => ({
      url: targets.url(`/id/${i}${path}`, i),
      ...more,
    })

    /** Ends as soon as so many wait at the gate, and another service on the same store goes on; the gate is open then. */
    async function interrupted(host: Host, id: string, gate: string, held: number): Promise<Ended> {
      await targets.gate(gate).held(held)
      await host.manager.close({ grace: 0 })
      await targets.when({ open: 0 })
      await targets.gate(gate).open()
      const next = started()
      await next.manager.open()
      return next.ended(id)
    }

    it('sends nothing again that has an item, and again what was perhaps sent only where that may be', async () => {
      await targets.gate('g').shut()
      const host = started()
      const id = await host.created({
        source: { retry: 0 },
        items: [
          ...rangeOf(30).map((i) => request(i, i % 3 === 0 ? '/status/404' : '/ok')),
          request(30, '/gate/g'),
          request(31, '/gate/g', { method: 'PUT', body: 'x' }),
          request(32, '/gate/g', { method: 'POST', body: 'x' }),
          request(33, '/gate/g', { method: 'PATCH', json: {} }),
          request(34, '/gate/g', { method: 'POST', idempotent: true }),
          request(35, '/gate/g', { idempotent: false }),
          ...rangeOf(300).map((i) => request(36 + i, '/ok', i % 2 === 0 ? { method: 'POST' } : {})),
          request(336, '/ok', { ignore: true }),
        ],
        concurrency: 6,
      })
      const { task, summary, items } = await interrupted(host, id, 'g', 6)
      expect(task.state).to.equal('SUCCEEDED')
      expect(items.map(({ index }) => index).sort((a, b) => a - b)).to.deep.equal(rangeOf(337))
      expect(codes(items)).to.deep.equal({ none: 324, status: 10, 'perhaps-sent': 3 })
      expect(summary).to.deep.include({ total: 337, succeeded: 323, failed: 13, ignored: 1, canceled: 0 })
      expect(summary.statuses).to.deep.equal({ 200: 323, 404: 10 })
      expect(task.progress).to.include({ done: 337, total: 337 })
      const indexes = (fits: (item: FanOutItem) => boolean) => items.filter(fits).map(({ index }) => index)
      expect(indexes(({ resent }) => resent === true)).to.have.members([30, 31, 34])
      expect(indexes(({ perhapsSent }) => perhapsSent === true)).to.have.members([32, 33, 35])
      expect(items.find(({ index }) => index === 32)).to.deep.include({ state: 'FAILED', attempts: 0 })
      const expected = Object.fromEntries(rangeOf(336).map((i) => [i, [30, 31, 34].includes(i) ? 2 : 1]))
      expect(await targets.seen()).to.deep.equal(expected)
    })

    it('begins nothing while its service is closing, lets those in flight end, and then goes on in the next', async () => {
      await targets.gate('c').shut()
      const host = started()
      const id = await host.created({
        source: { method: 'POST', retry: 0 },
        items: rangeOf(40).map((i) => request(i, i < 10 ? '/gate/c' : '/ok')),
        concurrency: 10,
      })
      await targets.gate('c').held(10)
      const closed = host.manager.close({ grace: '30s' })
      await targets.gate('c').open()
      // As soon as they have ended, and long before the grace is over.
      await closed
      expect(Object.keys(await targets.seen())).to.have.length(10)
      const next = started()
      await next.manager.open()
      const { task, items } = await next.ended(id)
      expect(task.state).to.equal('SUCCEEDED')
      expect(codes(items)).to.deep.equal({ none: 40 })
      expect(items.filter(({ resent, perhapsSent }) => resent ?? perhapsSent)).to.deep.equal([])
      expect(await targets.seen()).to.deep.equal(Object.fromEntries(rangeOf(40).map((i) => [i, 1])))
    })

    it('could not know what was sent if it were sent before that is stored, so it waits', async () => {
      const engine = store.engine()
      const [asked, stored] = [door(), door()]
      const amend = engine.amend.bind(engine)
      engine.amend = async (changes) => {
        if (changes.some(({ output }) => output?.entries.some(({ stream }) => stream === 'checkpoint'))) {
          asked.open()
          await stored.opened
        }
        return amend(changes)
      }
      const host = make({ engine })
      const id = await host.created({ items: rangeOf(20).map((i) => request(i, '/ok')) })
      await asked.opened
      // Time enough for those that would not wait.
      for (let i = 0; i < 20; i++) expect(await targets.seen()).to.deep.equal({})
      stored.open()
      expect(codes((await host.ended(id)).items)).to.deep.equal({ none: 20 })
    })

    it('counts what failed before among the failures that are too many', async () => {
      await targets.gate('f').shut()
      const host = started()
      const id = await host.created({
        items: [
          ...rangeOf(3).map((i) => request(i, '/status/404')),
          request(3, '/gate/f/status/404'),
          ...rangeOf(400).map((i) => request(4 + i, '/gate/h')),
        ],
        concurrency: 5,
        maxFailures: 3,
      })
      await targets.gate('h').held(4)
      const { task, summary, items } = await interrupted(host, id, 'f', 1)
      expect(task.state).to.equal('FAILED')
      expect(summary).to.include({ total: 404, failed: 4, canceled: 400 })
      expect(states(items)).to.deep.equal({ FAILED: 4, CANCELED: 400 })
    })

    it('keeps no more of all bodies than was asked for', async () => {
      await targets.gate('b').shut()
      const host = started()
      const id = await host.created({
        items: [request(0, '/ok?size=600'), ...rangeOf(3).map((i) => request(1 + i, '/gate/b/ok?size=600'))],
        concurrency: 3,
        maxBodyTotal: 1000,
      })
      const { items } = await interrupted(host, id, 'b', 3)
      expect(items.reduce((sum, { body = '' }) => sum + body.length, 0)).to.equal(1000)
      expect(items.filter(({ truncated }) => truncated)).to.have.length(3)
    })

    it('asks for credentials again, and has them for what is left', async () => {
      await targets.gate('s').shut()
      const secrets = { bmc: { token: 'hush' } }
      const host = make({ engine: store.engine(), secrets })
      const id = await host.created({ items: [{ url: targets.url('/gate/s/echo'), secret: 'bmc' }] })
      await targets.gate('s').held(1)
      await host.manager.close({ grace: 0 })
      await targets.gate('s').open()
      const next = make({ engine: store.engine(), secrets })
      await next.manager.open()
      const { items } = await next.ended(id)
      expect(items).to.have.length(1)
      expect(JSON.parse(items[0]!.body!)).to.have.nested.property('headers.authorization', 'Bearer hush')
    })

    it('again and again, whatever its requests are, ends each of them once and sends none twice that must not be', async function () {
      this.timeout(120_000)
      const kinds = fc.constantFrom<Partial<FanOutRequest> & { path?: string }>(
        {},
        {},
        { method: 'POST' },
        { method: 'POST', idempotent: true },
        { method: 'DELETE', idempotent: false },
        { path: '/status/404' },
        { path: '/delay/20', method: 'POST' },
        { path: '/delay/20' },
        { ignore: true },
      )
      const lists = fc.array(kinds, { maxLength: 300, size: 'max' })
      const stops = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 5, size: 'max' })
      const limits = fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined })
      await fc.assert(
        fc.asyncProperty(lists, stops, limits, fc.boolean(), async (list, stops, concurrency, graceful) => {
          await targets.reset()
          const requests = list.map(({ path = '/ok', ...more }, i) => request(i, path, more))
          let host = started()
          const id = await host.created({
            items: requests,
            source: { retry: 0 },
            ...(concurrency && { concurrency }),
          })
          let sent = 0
          for (const stop of stops) {
            sent += stop
            await Promise.race([
              targets.whenAtLeast({ requests: sent }).catch(() => {}),
              host.manager.waitFor(id),
            ])
            await host.manager.close({ grace: graceful ? 5 : 0 })
            await targets.when({ open: 0 })
            host = started()
            await host.manager.open()
          }
          const { items, summary } = await host.ended(id)
          await host.close()
          const seen = await targets.seen()
          expect(items.map(({ index }) => index).sort((a, b) => a - b)).to.deep.equal(rangeOf(list.length))
          expect(summary.total).to.equal(list.length)
          for (const { index, state, resent, error } of items) {
            const { method = 'GET', idempotent = method !== 'POST', ignore = false, path } = list[index]!
            const times = seen[index] ?? 0
            if (ignore) expect([state, times]).to.deep.equal(['IGNORED', 0])
            else if (error?.code === 'perhaps-sent')
              expect([idempotent, times <= 1]).to.deep.equal([false, true])
            else {
              expect(state).to.equal(path === '/status/404' ? 'FAILED' : 'SUCCEEDED')
              expect(times).to.be.at.least(1)
              if (times > 1) expect([idempotent, resent]).to.deep.equal([true, true])
            }
          }
        }),
        { numRuns: 12 },
      )
    })
  },
  DURABLE,
)
