import { expect } from 'chai'
import type { Engine } from '../../../src/engine/contract.ts'
import { ENDED, WISH, draft, drafts, endAll } from './drafts.ts'
import { Scratch } from './scratch.ts'

describe('Many plain tasks that end at once', () => {
  const scratch = new Scratch()
  const MINUTE = 60_000

  async function sweepAll(engine: Engine): Promise<void> {
    let wait = await engine.sweep()
    while (wait === 0) wait = await engine.sweep()
  }

  /** Sixty tasks that ended together and are kept for a minute. */
  async function sixty(isListening: boolean, rules: { maxEnded?: number } = {}) {
    const file = scratch.file()
    const { engine, host } = await scratch.engine({ file }, { rules })
    host.isListening = isListening
    await engine.insert(drafts(60, { retain: MINUTE }))
    await endAll(engine)
    expect(await engine.count({ state: ['SUCCEEDED'] })).to.equal(60)
    return { file, engine, host }
  }

  for (const isListening of [true, false]) {
    it(`go when their time has come, and not before, while ${isListening ? 'somebody' : 'nobody'} listens`, async () => {
      const { engine, host } = await sixty(isListening)
      expect(host.nextSweep).to.equal(scratch.clock.now() + MINUTE)
      await scratch.clock.advance(MINUTE - 1)
      await sweepAll(engine)
      expect(await engine.count({})).to.equal(60)
      await scratch.clock.advance(1)
      await sweepAll(engine)
      expect(await engine.count({})).to.equal(0)
      expect(host.events.filter(({ type }) => type === 'deleted')).to.have.length(isListening ? 60 : 0)
      expect((await engine.operations())[0]?.counts.SUCCEEDED).to.equal(0)
    })
  }

  it('go also when the process was restarted meanwhile', async () => {
    const { file, engine } = await sixty(false)
    await engine.close()
    const { engine: next, host } = await scratch.engine({ file })
    expect(host.nextSweep).to.equal(scratch.clock.now() + MINUTE)
    await scratch.clock.advance(MINUTE)
    await sweepAll(next)
    expect(await next.count({})).to.equal(0)
  })

  it('go without those that were removed before, and with a tree only when all of it has ended', async () => {
    const { engine } = await sixty(false)
    expect(await engine.remove(['t000003'])).to.deep.equal(['removed'])
    await engine.insert([draft('child', { parentId: 't000007', retain: MINUTE })])
    await scratch.clock.advance(MINUTE)
    await sweepAll(engine)
    const left = await engine.list({ sort: 'id', limit: 100 })
    expect(left !== 'invalid-cursor' && left.items.map(({ id }) => id)).to.deep.equal(['t000007', 'child'])
    await endAll(engine)
    await scratch.clock.advance(MINUTE)
    await sweepAll(engine)
    expect(await engine.count({})).to.equal(0)
  })

  it('go earlier, in the order of their ends, where there are more than are to be kept', async () => {
    const { engine } = await sixty(false, { maxEnded: 20 })
    await sweepAll(engine)
    const left = await engine.list({ sort: 'endedAt', limit: 100 })
    expect(left !== 'invalid-cursor' && left.items.map(({ id }) => id)).to.deep.equal(
      drafts(60)
        .slice(40)
        .map(({ id }) => id),
    )
    await scratch.clock.advance(MINUTE)
    await sweepAll(engine)
    expect(await engine.count({})).to.equal(0)
  })

  it('are listed in the order of ends, with those that ended before and after', async () => {
    const { engine } = await scratch.engine({ file: scratch.file() })
    await engine.insert(drafts(300))
    const claims = await engine.claim(WISH)
    const lots = [claims.slice(100, 200), claims.slice(0, 2), [...claims.slice(200), ...claims.slice(2, 100)]]
    for (const lot of lots) {
      await scratch.clock.advance(1_000)
      await engine.settle(
        lot.map(({ id, lease }, i) => ({ id, lease, outcome: { ...ENDED, result: { place: i } } })),
      )
    }
    const ids: string[] = []
    const ends: number[] = []
    let cursor: string | undefined
    do {
      const page = await engine.list({
        sort: 'endedAt',
        limit: 70,
        ...(cursor === undefined ? {} : { cursor }),
      })
      if (page === 'invalid-cursor') throw new Error('the cursor was refused')
      ids.push(...page.items.map(({ id }) => id))
      ends.push(...page.items.map(({ endedAt }) => endedAt!))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(new Set(ids).size).to.equal(300)
    expect(ends).to.deep.equal(ends.toSorted((a, b) => a - b))
    expect(ids.slice(100, 102)).to.deep.equal(['t000000', 't000001'])
    expect((await engine.get('t000150'))?.result).to.deep.equal({ place: 50 })
  })
})
