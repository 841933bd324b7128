import assert from 'node:assert/strict'
import { TASK_SORTS, type TaskFilter } from '../../core/query.ts'
import type { Task } from '../../core/task.ts'
import type { Bench, Wanted } from './bench.ts'
import { inOrder, listed } from './naive.ts'
import { theme } from './theme.ts'

const TASKS = 6_000
const ORDER = { code: 'canceled', message: 'enough' } as const

const FILTERS: readonly TaskFilter[] = [
  {},
  { operation: ['A'] },
  { operation: ['B', 'C'] },
  { operation: ['B', 'C'], state: ['NEW', 'CANCELED'] },
  { state: ['FAILED', 'ACTIVE'] },
  { tag: ['x'] },
  { tag: ['x', 'y'], operation: ['A', 'B'] },
  { text: 'needle', state: ['NEW'] },
  { visible: { all: ['A'], own: ['B'], owner: 'ann' } },
  { visible: { all: [], own: ['B', 'C'], owner: 'bob' }, tag: ['y'] },
]

/** The same tasks each time, with all that the filters look at, in patterns that do not fall together. */
function wanted(i: number): Wanted {
  return {
    operation: i % 3 === 0 ? 'A' : i < TASKS / 2 ? 'B' : 'C',
    tags: [...(i % 2 === 0 ? ['x'] : []), ...(i % 5 === 0 ? ['y'] : [])],
    createdBy: i % 4 === 0 ? 'ann' : 'bob',
    priority: i % 7,
    args: i % 11 === 0 ? { path: 'needle' } : {},
  }
}

/** Thousands of tasks, of which many have ended and many are gone, in long stretches and here and there. */
async function crowd(t: Bench): Promise<Task[]> {
  await t.insert(...Array.from({ length: TASKS }, (_, i) => wanted(i)))
  const ids = await t.ids()
  const canceled = ids.filter((_, i) => i % 3 === 1 || (i > 1_000 && i < 3_500))
  await t.engine.requestCancel(canceled.map((id) => ({ id, ...ORDER })))
  await t.pass(1)
  for (const claim of await t.claim({ limit: 900 })) if (claim.id.endsWith('1')) await t.end(claim, 'FAILED')
  await t.engine.remove(ids.filter((_, i) => i % 9 === 1 || (i > 1_100 && i < 3_300)))
  const tasks = await Promise.all(ids.map((id) => t.engine.get(id)))
  return tasks.filter((task) => task !== undefined)
}

export const scale = theme('lists of thousands', (it) => {
  it('finds by any filter, in any order, what a look at each task finds', async (t) => {
    const tasks = await crowd(t)
    assert.ok(tasks.length > 1_000)
    for (const filter of FILTERS) {
      assert.equal(await t.engine.count(filter), listed(tasks, filter, 'id').length, JSON.stringify(filter))
      for (const sort of TASK_SORTS) {
        const what = JSON.stringify({ sort, ...filter })
        const expected = listed(tasks, filter, sort)
        assert.equal((await t.page({ ...filter, sort })).total, expected.length, `the total of ${what}`)
        const found = await t.ids({ ...filter, sort, limit: 333 })
        assert.deepEqual(found.toSorted(), expected.map((task) => task.id).toSorted(), what)
        const byId = new Map(tasks.map((task) => [task.id, task]))
        assert.ok(
          inOrder(
            found.map((id) => byId.get(id)!),
            sort,
          ),
          `the order of ${what}`,
        )
      }
    }
  })

  it('works on what is left in order of priority and creation', async (t) => {
    const tasks = await crowd(t)
    const left = tasks.filter((task) => task.state === 'NEW')
    left.sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
    const claimed: string[] = []
    for (
      let claims = await t.claimIds({ limit: 77 });
      claims.length > 0;
      claims = await t.claimIds({ limit: 77 })
    )
      claimed.push(...claims)
    assert.deepEqual(
      claimed,
      left.map((task) => task.id),
    )
  })
})
