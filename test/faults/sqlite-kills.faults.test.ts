import { expect } from 'chai'
import { join } from 'node:path'
import type { Task } from '../../src/index.ts'
import { Creator } from './creator.ts'
import { Crew } from './crew.ts'
import { overlaps, runsOf } from './fence-audit.ts'
import { mixed, unfinishedBusiness } from './mixture.ts'
import { allTasks } from './pages.ts'
import { eventually, within } from './patience.ts'
import { scratchFolders } from './scratch.ts'
import { sized } from './size.ts'
import type { WorkerProcess } from './worker-process.ts'

const KILLS = sized(6, 20)
const TASKS = sized(600, 6_000)
const PATIENCE = sized(60_000, 600_000)

describe('A process on a sqlite file', () => {
  const scratch = scratchFolders()

  it('that is killed again and again ends every acknowledged task once, and keeps ends, outputs and history', async function () {
    this.timeout(2 * PATIENCE)
    const crew = new Crew(await scratch())
    const store = { kind: 'sqlite', file: join(await scratch(), 'tasks.db') } as const
    let worker = await crew.start({ name: 'only', store })
    const creator = new Creator((tasks) => worker.ask({ ask: 'create', tasks }))
    const ended = new Map<string, Task>()
    const changed: string[] = []
    try {
      const creation = creator.all(TASKS, mixed)
      for (let kill = 0; kill < KILLS; kill++) {
        await worker.record('runs end', endsOfRun(Math.floor(TASKS / (2 * KILLS)), worker))
        for (const task of (await tasksOf(worker)).values())
          if (task.endedAt !== undefined) ended.set(task.id, ended.get(task.id) ?? task)
        await worker.kill()
        worker = await crew.start(worker.config)
        const now = await tasksOf(worker)
        for (const task of ended.values()) if (!same(task, now.get(task.id))) changed.push(task.id)
      }
      await within(PATIENCE, 'all is acknowledged', creation)
      const tasks = await eventually(PATIENCE, 'all has ended', async () => {
        const all = await tasksOf(worker)
        return [...all.values()].every(({ endedAt }) => endedAt !== undefined) ? all : undefined
      })
      const untold = await withoutOutput(worker, tasks)
      await crew.end()

      const runs = runsOf(crew.all)
      expect(changed, 'tasks that changed after their end').to.deep.equal([])
      expect(creator.doubled, 'keys with two tasks').to.deep.equal([])
      expect(
        [...creator.acknowledged.values()].filter((id) => !tasks.has(id)),
        'lost tasks',
      ).to.deep.equal([])
      expect([...tasks.values()].filter(({ parentId }) => parentId === undefined)).to.have.length(TASKS)
      expect(unfinishedBusiness(tasks)).to.deep.equal([])
      expect([...tasks.values()].filter(({ state }) => state !== 'SUCCEEDED')).to.deep.equal([])
      expect(
        overlaps(runs, ({ id }) => id),
        'runs of one task at once',
      ).to.deep.equal([])
      expect(
        overlaps(runs, ({ key }) => key),
        'runs of one key at once',
      ).to.deep.equal([])
      expect(untold, 'tasks without the output of their last run').to.deep.equal([])
      expect(
        [...tasks.values()].filter(({ messages }) => !messages[0]!.text.startsWith('created')),
      ).to.deep.equal([])
      expect(
        runs.filter(({ how }) => how === 'killed').length,
        'runs that a kill has stopped',
      ).to.be.greaterThan(0)
    } finally {
      await crew.end()
    }
  })
})

/** True of the record at which so many runs of the worker have ended. */
function endsOfRun(count: number, { records }: WorkerProcess): () => boolean {
  return () => records.filter(({ what }) => what === 'end').length >= count
}

function tasksOf(worker: WorkerProcess): Promise<Map<string, Task>> {
  return allTasks((query) => worker.ask({ ask: 'list', query }))
}

function same(before: Task, now: Task | undefined): boolean {
  return JSON.stringify(before) === JSON.stringify(now)
}

/** What a run tells before it returns is stored no later than its end. */
async function withoutOutput(worker: WorkerProcess, tasks: ReadonlyMap<string, Task>): Promise<string[]> {
  const faults: string[] = []
  for (const { id, attempt } of tasks.values()) {
    const lines = await worker.ask({ ask: 'output', id, stream: 'log' })
    if (!lines.some((line) => line.attempt === attempt)) faults.push(id)
  }
  return faults
}
