import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Json, NewTask } from '../../src/index.ts'
import { Manager } from '../../src/index.ts'
import { redis } from '../../src/engine/redis/index.ts'
import { created } from './created.ts'
import { Crew } from './crew.ts'
import { runsOf } from './fence-audit.ts'
import { allTasks } from './pages.ts'
import { eventually, within } from './patience.ts'
import { describeWithRedis, RedisServer } from './redis-server.ts'
import { scratchFolders } from './scratch.ts'
import type { Created } from './worker/protocol.ts'

const PATIENCE = 60_000
/** ms */
const LEASE = 1_000
const MEGABYTE = 1_048_576
const BATCH = 10
/** Far more than there is room for. */
const MOST_BATCHES = 1_000
const BULKY: Json = 'x'.repeat(20_000)

describeWithRedis('A Redis that has no memory left', () => {
  const scratch = scratchFolders()

  it('refuses creations as storage-full, while runs end, and takes more when tasks were deleted', async () => {
    const server = await RedisServer.start(await scratch())
    const crew = new Crew(await scratch())
    const store = { kind: 'redis', port: server.port, prefix: 'full' } as const
    const client = new Manager({
      engine: redis({ connection: { host: '127.0.0.1', port: server.port }, prefix: store.prefix }),
    })
    const ends = async (id: string) =>
      expect(await within(PATIENCE, `${id} ends`, client.waitFor(id))).to.include({
        state: 'SUCCEEDED',
        attempt: 1,
      })
    try {
      const worker = await crew.start({ name: 'worker', store, lease: LEASE })
      const { task: running } = await client.create('WORK', { ms: 3 * LEASE })
      await worker.record('WORK runs', ({ what }) => what === 'start')
      await server.command('CONFIG', 'SET', 'maxmemory', 8 * MEGABYTE)
      const stored = await fill(async (tasks) => (await client.createMany(tasks)).map(created))
      await ends(running.id)
      const deleted = stored.splice(0, stored.length / 2)
      for (const id of deleted) await client.delete(id, { force: true })
      const { task: more } = await client.create('WORK')
      await ends(more.id)
      const tasks = await allTasks((query) => client.list(query))
      expect([...tasks.keys()].sort()).to.deep.equal([...stored, running.id, more.id].sort())
    } finally {
      await crew.end()
      await client.close({ grace: 0 })
      await server.stop()
    }
  })
})

/** A disk of the worker's own: a small file system in memory, which only its process sees. */
const OWN_DISK = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c']
const mounted = (folder: string, then: string) =>
  `mount -t tmpfs -o size=${8 * MEGABYTE} tmpfs '${folder}' && ${then}`

const canMount = (): boolean => {
  const [command, ...args] = OWN_DISK
  return spawnSync(command!, [...args, mounted('/mnt', 'exit 0')]).status === 0
}

describe('A sqlite file on a disk that is full', () => {
  const scratch = scratchFolders()
  const title = 'refuses creations as storage-full, breaks nothing, and all goes on when there is room again'
  if (!canMount()) {
    it.skip(`${title} (skipped: this machine lets nobody mount a small file system)`, () => {})
    return
  }

  it(title, async () => {
    const disk = await scratch()
    const crew = new Crew(await scratch())
    const store = { kind: 'sqlite', file: join(disk, 'tasks.db') } as const
    const ballast = { file: join(disk, 'ballast'), bytes: 4 * MEGABYTE }
    try {
      const worker = await crew.start({ name: 'worker', store, holds: true, ballast }, [
        ...OWN_DISK,
        mounted(disk, 'exec "$0" "$@"'),
      ])
      const first = await worker.ask({ ask: 'create', tasks: [{ operation: 'WORK', args: { ms: 2_000 } }] })
      await worker.record('WORK runs', ({ what }) => what === 'start')
      const stored = await fill((tasks) => worker.ask({ ask: 'create', tasks }))
      expect(worker.alive).to.equal(true)
      await worker.ask({ ask: 'make-room' })
      const last = await worker.ask({ ask: 'create', tasks: [{ operation: 'WORK' }] })
      const wanted = [...first, ...last].flatMap((answer) => ('id' in answer ? [answer.id] : []))
      expect(wanted).to.have.length(2)
      for (const id of wanted)
        await eventually(PATIENCE, `${id} has succeeded`, async () =>
          (await worker.ask({ ask: 'get', id })).state === 'SUCCEEDED' ? true : undefined,
        )
      const tasks = await allTasks((query) => worker.ask({ ask: 'list', query }))
      expect([...tasks.keys()].sort()).to.deep.equal([...stored, ...wanted].sort())
      expect(runsOf([worker]).filter(({ how }) => how !== 'end')).to.deep.equal([])
    } finally {
      await crew.end()
    }
  })
})

/** Creates bulky tasks that nobody takes until some are refused, all of them as `storage-full`; answers those that were not. */
async function fill(create: (tasks: readonly NewTask[]) => Promise<readonly Created[]>): Promise<string[]> {
  const bulky: NewTask = { operation: 'WORK', args: { bulky: BULKY }, options: { autoStart: false } }
  const stored: string[] = []
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const answers = await create(Array.from({ length: BATCH }, () => bulky))
    const refusals = answers.flatMap((answer) => ('code' in answer ? [answer.code] : []))
    stored.push(...answers.flatMap((answer) => ('id' in answer ? [answer.id] : [])))
    if (refusals.length === 0) continue
    expect([...new Set(refusals)]).to.deep.equal(['storage-full'])
    return stored
  }
  throw new Error('there was room for everything')
}
