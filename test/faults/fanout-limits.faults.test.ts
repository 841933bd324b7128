import { expect } from 'chai'
import { join } from 'node:path'
import { Manager } from '../../src/index.ts'
import { sqlite } from '../../src/engine/sqlite/index.ts'
import { codes } from '../animators/fanout/items.ts'
import { Host, rangeOf, type Ended } from '../animators/fanout/task/host.ts'
import { startTargets, type Targets } from '../animators/fanout/targets/targets.ts'
import { Crew } from './crew.ts'
import { eventually } from './patience.ts'
import { scratchFolders } from './scratch.ts'
import type { WorkerProcess } from './worker-process.ts'

const PATIENCE = 60_000
const MB = 2 ** 20
/** Of file descriptors, as a careless system has them. */
const FEW = 256

describe('A process that runs lists of requests', () => {
  const scratch = scratchFolders()
  let targets: Targets
  let crew: Crew
  let file: string

  before(async () => {
    targets = await startTargets({ addresses: 8 })
  })
  after(() => targets.stop())
  beforeEach(async () => {
    await targets.reset()
    crew = new Crew(await scratch())
    file = join(await scratch(), 'tasks.db')
  })
  afterEach(() => crew.end())

  const start = (wrapper?: readonly string[]) =>
    crew.start({ name: 'limited', store: { kind: 'sqlite', file }, fanOut: true }, wrapper)
  const limited = () => start(['prlimit', `--nofile=${FEW}:${FEW}`])

  async function created(worker: WorkerProcess, args: object): Promise<string> {
    const [outcome] = await worker.ask({ ask: 'create', tasks: [{ operation: 'HTTP_FANOUT', args }] })
    return (outcome as { id: string }).id
  }

  async function ended(worker: WorkerProcess, id: string): Promise<void> {
    await eventually(PATIENCE, 'the list has ended', async () =>
      (await worker.ask({ ask: 'get', id })).endedAt === undefined ? undefined : true,
    )
  }

  /** What is stored of a list, when the process is gone. */
  async function audited(id: string): Promise<Ended> {
    await crew.end()
    const manager = new Manager({ engine: sqlite({ file }) })
    try {
      return await new Host(manager).ended(id)
    } finally {
      await manager.close({ grace: 0 })
    }
  }

  const list = (count: number, path: string, more: object = {}) => ({
    items: rangeOf(count).map((i) => ({ url: targets.url(path, i) })),
    ...more,
  })

  it(`with ${FEW} descriptors asks 2,000 slow targets without a failure, with as many connections as it may have`, async () => {
    const worker = await limited()
    const id = await created(worker, list(2_000, '/delay/100'))
    await ended(worker, id)
    const { items } = await audited(id)
    expect(codes(items)).to.deep.equal({ none: 2_000 })
    const { peak } = await targets.counts()
    expect(peak).to.be.within(100, FEW)
  })

  it('waits for descriptors that others have taken, and fails nothing where they come back', async () => {
    const worker = await limited()
    // So that all of the code is loaded.
    await ended(worker, await created(worker, list(1, '/ok')))
    await targets.gate('eaten').shut()
    const id = await created(worker, list(200, '/gate/eaten'))
    await targets.gate('eaten').held(64)
    expect(await worker.ask({ ask: 'eat-descriptors' })).to.be.greaterThan(0)
    await targets.gate('eaten').open()
    const second = await created(worker, list(200, '/status/201'))
    await ended(worker, second)
    await worker.ask({ ask: 'free-descriptors' })
    await ended(worker, id)
    const [one, two] = [await audited(id), await audited(second)]
    expect(codes(one.items)).to.deep.equal({ none: 200 })
    expect(codes(two.items)).to.deep.equal({ none: 200 })
  })

  it('fails requests as no-descriptors where they do not come back in time', async () => {
    const worker = await limited()
    await ended(worker, await created(worker, list(1, '/close')))
    await targets.when({ open: 0 })
    await worker.ask({ ask: 'eat-descriptors' })
    const lasting = await created(worker, list(3, '/ok', { source: { timeout: 500, retry: 0 } }))
    await ended(worker, lasting)
    const passing = await created(worker, list(50, '/ok', { source: { timeout: '30s', retry: 0 } }))
    await worker.ask({ ask: 'free-descriptors' })
    await ended(worker, passing)
    const [one, two] = [await audited(lasting), await audited(passing)]
    expect(codes(one.items)).to.deep.equal({ 'no-descriptors': 3 })
    expect(codes(two.items)).to.deep.equal({ none: 50 })
  })

  it('keeps no more of 1,000 bodies without end than was asked for, in memory neither', async () => {
    const worker = await start()
    await ended(worker, await created(worker, list(1_000, '/ok', { concurrency: 1_000 })))
    const before = await worker.ask({ ask: 'peak-memory' })
    const id = await created(worker, list(1_000, '/endless', { concurrency: 1_000 }))
    await ended(worker, id)
    const grown = (await worker.ask({ ask: 'peak-memory' })) - before
    const { items } = await audited(id)
    expect(items.filter(({ body, truncated }) => body?.length === 4096 && truncated)).to.have.length(1_000)
    expect(grown / MB).to.be.below(150)
  })
})
