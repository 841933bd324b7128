import { expect } from 'chai'
import { join } from 'node:path'
import type { Task } from '../../src/index.ts'
import { Crew } from './crew.ts'
import { runsOf } from './fence-audit.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import { KILLS } from './worker/animators.ts'
import type { Store } from './worker/config.ts'

/** ms */
const LEASE = 1_000
const PATIENCE = 30_000

/** Starts a process after the other until they live on, with a task that kills whoever runs it, and answers its end. */
async function poisoned(crew: Crew, store: Store, operation: string): Promise<Task> {
  const lease = store.kind === 'redis' ? { lease: LEASE } : {}
  let worker = crew.launch({ name: 'victim', store, ...lease })
  // The answer may die with the process; there is but one task.
  await worker.ask({ ask: 'create', tasks: [{ operation }] }).catch(() => {})
  return eventually(PATIENCE, `${operation} has ended`, async () => {
    try {
      const { items } = await worker.ask({ ask: 'list', query: {} })
      return items.find(({ endedAt }) => endedAt !== undefined)
    } catch {
      await within(PATIENCE, 'the victim is dead', worker.exit)
      worker = crew.launch(worker.config)
      return undefined
    }
  })
}

function cases(store: () => Promise<Store>): void {
  const scratch = scratchFolders()
  const expectEnd = async (operation: string, attempts: number): Promise<void> => {
    const crew = new Crew(await scratch())
    try {
      const { state, reason, attempt } = await poisoned(crew, await store(), operation)
      expect({ state, code: reason?.code, attempt }).to.deep.equal({
        state: 'FAILED',
        code: 'interrupted',
        attempt: attempts,
      })
      expect(runsOf(crew.all).map(({ how }) => how)).to.deep.equal(Array(attempts).fill('killed'))
    } finally {
      await crew.end()
    }
  }
  it('is tried again so many times as it may be interrupted, and then FAILED', () =>
    expectEnd('KILL', KILLS + 1))
  it('is FAILED at once where its animator says so', () => expectEnd('KILL_ONCE', 1))
}

describe('A task that kills its process, on sqlite,', () => {
  const scratch = scratchFolders()
  cases(async () => ({ kind: 'sqlite', file: join(await scratch(), 'tasks.db') }))
})

describeWithRedis('A task that kills its process, on Redis,', () => {
  const scratch = scratchFolders()
  let server: RedisServer
  let tests = 0
  before(async () => {
    server = await RedisServer.start(await scratch())
  })
  after(() => server.stop())
  cases(async () => ({ kind: 'redis', port: server.port, prefix: `poison-${++tests}` }))
})
