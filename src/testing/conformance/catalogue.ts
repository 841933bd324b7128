import assert from 'node:assert/strict'
import type { OperationDescription } from '../../engine/contract.ts'
import type { Bench } from './bench.ts'
import { theme } from './theme.ts'

const described = async (t: Bench, name: string): Promise<OperationDescription | undefined> =>
  (await t.engine.operations()).find((each) => each.name === name)?.described

/** What is undefined is as good as absent. */
const told = (description: OperationDescription | undefined): unknown =>
  description && JSON.parse(JSON.stringify(description))

export const catalogue = theme('describe', (it) => {
  it('lists what was described, also without tasks', async (t) => {
    const full = {
      name: 'A',
      summary: 'Sweeps the attic',
      description: 'From left to right.',
      schema: { type: 'object', properties: { days: { type: 'integer', minimum: 1 } } },
      secrets: ['/password', '/a~1b'],
      retain: 3_600_000,
      files: true,
    }
    await t.engine.describe([full, { name: 'B' }])
    assert.deepEqual(told(await described(t, 'A')), full)
    assert.deepEqual(told(await described(t, 'B')), { name: 'B' })
    const { counts, paused } = (await t.engine.operations()).find(({ name }) => name === 'A')!
    assert.deepEqual([counts.NEW, paused], [0, false])
  })

  it('keeps the last word on each, and leaves the others as they are', async (t) => {
    await t.engine.describe([{ name: 'A', summary: 'old', retain: 1 }, { name: 'B' }])
    await t.engine.describe([{ name: 'A', summary: 'new' }])
    assert.deepEqual(told(await described(t, 'A')), { name: 'A', summary: 'new' })
    assert.deepEqual(told(await described(t, 'B')), { name: 'B' })
  })

  it('tells of one that has tasks, or is paused, and nothing of what nobody described', async (t) => {
    await t.insert({ operation: 'A' }, { operation: 'B' })
    await t.engine.pause('A', true)
    await t.engine.describe([{ name: 'A', summary: 'Sweeps' }])
    assert.equal((await described(t, 'A'))?.summary, 'Sweeps')
    assert.equal(await described(t, 'B'), undefined)
    assert.equal((await t.engine.operations()).find(({ name }) => name === 'A')?.paused, true)
  })
})
