import assert from 'node:assert/strict'
import { TASK_SORTS, type TaskFilter, type TaskSort } from '../../core/query.ts'
import type { Task } from '../../core/task.ts'
import type { Bench } from './bench.ts'
import { inOrder, listed } from './naive.ts'
import { steps, type Step } from './steps.ts'
import { theme } from './theme.ts'
import { World } from './world.ts'

const RUNS = 50
const NEEDS = { fakeClock: 'hundreds of runs would take minutes in real time' }

/** Only these cases need it, and so those who use other parts of majordomo/testing need not install it. */
const fastCheck = async () => (await import('fast-check')).default

export const properties = theme('properties', (it) => {
  it(
    'keeps its promises through any sequence of calls',
    async (_, { fresh }) => {
      const fc = await fastCheck()
      const sequence = fc.array(
        steps(fc, (count) => count * 60_000),
        { minLength: 5, maxLength: 60 },
      )
      const holds = async (sequenceOfSteps: readonly Step[]) => {
        await fresh(async (bench) => {
          const world = new World(bench)
          for (const step of sequenceOfSteps) {
            await world.make(step)
            await world.check()
          }
          await world.finish()
          await world.check()
        })
      }
      await fc.assert(fc.asyncProperty(sequence, holds), { numRuns: RUNS })
    },
    NEEDS,
  )

  it(
    'neither skips nor repeats a task on the pages of a list while others come, change and go',
    async (_, { fresh }) => {
      const fc = await fastCheck()
      const sort = fc.constantFrom(...TASK_SORTS)
      const filter = fc.constantFrom<TaskFilter>(
        {},
        { state: ['NEW'] },
        { operation: ['A'] },
        { tag: ['x'], operation: ['A', 'B'] },
        { text: 'needle' },
      )
      const sequence = fc.array(
        steps(fc, (count) => count * 60_000),
        { minLength: 20, maxLength: 60 },
      )
      const limit = fc.integer({ min: 1, max: 4 })
      const holds = (
        ...[how, by, size, before, between]: readonly [TaskSort, TaskFilter, number, Step[], Step[]]
      ) =>
        fresh(async (bench) => {
          const world = new World(bench)
          for (const step of before) await world.make(step)
          await checkPages(bench, { ...by, sort: how, limit: size }, async () => {
            const step = between.shift()
            if (step !== undefined) await world.make(step)
          })
        })
      await fc.assert(
        fc.asyncProperty(sort, filter, limit, sequence, sequence, (a, b, c, d, e) =>
          holds(a, b, c, d, [...e]),
        ),
        { numRuns: RUNS },
      )
    },
    NEEDS,
  )
})

type Query = TaskFilter & { readonly sort: TaskSort; readonly limit: number }

/** Reads all pages with a change between any two: whatever fits before and after each change has to be shown once. */
async function checkPages(bench: Bench, query: Query, change: () => Promise<void>): Promise<void> {
  let steady = await fitting(bench, query)
  const shown: Task[] = []
  let cursor: string | undefined
  do {
    const page = await bench.page({ ...query, ...(cursor === undefined ? {} : { cursor }) })
    shown.push(...page.items)
    cursor = page.cursor
    await change()
    const still = await fitting(bench, query)
    steady = new Set([...steady].filter((id) => still.has(id)))
  } while (cursor !== undefined)
  const ids = shown.map((task) => task.id)
  assert.equal(new Set(ids).size, ids.length, `some are shown twice: ${ids.join(', ')}`)
  assert.deepEqual(
    [...steady].filter((id) => !ids.includes(id)),
    [],
    'these are skipped',
  )
  assert.ok(inOrder(shown, query.sort), 'the order')
}

async function fitting(bench: Bench, query: Query): Promise<Set<string>> {
  const { items } = await bench.page({ sort: 'id' })
  return new Set(listed(items, query, query.sort).map((task) => task.id))
}
