import assert from 'node:assert/strict'
import { theme } from './theme.ts'

const RULES = { rules: { ageing: 5 } }

export const ageing = theme('ageing', (it) => {
  it(
    'lets a step of priority go before so much waiting, and no more',
    async (t) => {
      const old = await t.add({ priority: 0 })
      await t.pass(7)
      const one = await t.add({ priority: 1 })
      const two = await t.add({ priority: 2 })
      assert.deepEqual(await t.claimIds(), [two.id, old.id, one.id])
    },
    RULES,
  )

  it(
    'takes tasks of one age by priority, and of one priority by age',
    async (t) => {
      await t.insert({ id: 'a' }, { id: 'b', priority: 2 }, { id: 'c', priority: -1 }, { id: 'd' })
      assert.deepEqual(await t.claimIds(), ['b', 'a', 'd', 'c'])
    },
    RULES,
  )

  it(
    'compares tasks of different operations and tags in the same way',
    async (t) => {
      const old = await t.add({ operation: 'A', tags: ['x'] })
      await t.pass(7)
      const [late, high] = [await t.add({ operation: 'B', priority: 1 }), await t.add({ priority: 4 })]
      const early = await t.add({ tags: ['y', 'x'], priority: 2 })
      const wish = { tags: ['x', 'y'], limit: 2 }
      assert.deepEqual(await t.claimIds(wish), [high.id, early.id])
      assert.deepEqual(await t.claimIds(wish), [old.id, late.id])
    },
    RULES,
  )

  it(
    'starves nothing below a stream of tasks of higher priority',
    async (t) => {
      const low = await t.add({ priority: -1 })
      const taken: string[] = []
      for (let n = 0; n < 20 && !taken.includes(low.id); n++) {
        await t.add({ priority: 1 })
        taken.push(...(await t.claimIds({ limit: 1 })))
        await t.pass(1)
      }
      assert.equal(taken.at(-1), low.id)
      assert.ok(taken.length > 3, 'it went before its turn')
    },
    RULES,
  )

  it(
    'gives a key by the same order',
    async (t) => {
      const key = { concurrencyKey: 'tape-1' }
      const old = await t.add(key)
      await t.pass(7)
      const late = await t.add({ priority: 1, ...key })
      await t.end(await t.claimOnly(old.id))
      await t.claimOnly(late.id)
    },
    RULES,
  )

  it(
    'counts the age from the creation, whatever a task waited for, was tried or was given a new priority',
    async (t) => {
      const [retried, raised] = [await t.add(), await t.add({ priority: -9 })]
      const delayed = await t.add({ delay: t.ticks(3) })
      const [claim] = await t.claim({ limit: 1 })
      assert.equal(claim?.id, retried.id)
      await t.pass(7)
      await t.retry(claim)
      await t.update(raised.id, { priority: 0 })
      const late = await t.add({ priority: 1 })
      assert.deepEqual(await t.claimIds(), [retried.id, raised.id, delayed.id, late.id])
    },
    RULES,
  )

  it('goes strictly by priority without it, however long a task has waited', async (t) => {
    const old = await t.add()
    await t.pass(9)
    const high = await t.add({ priority: 1 })
    assert.deepEqual(await t.claimIds(), [high.id, old.id])
  })
})
