import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Census } from '../../src/animators/process/host/census.ts'
import { localFiles } from '../../src/files/index.ts'
import type { CreateOutcome, NewTask } from '../../src/index.ts'
import { Host, isAlive } from '../animators/process/host.ts'
import { eventually } from './patience.ts'
import { spawnerOf } from './process-counts.ts'
import { SPAWNER } from './size.ts'

const PATIENCE = 60_000
const AT_ONCE = 50
const PLENTY = 2_000

describe('a crowd of processes', () => {
  let root: string
  let gate: number
  let host: Host | undefined
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'majordomo-crowd-'))
    execFileSync('mkfifo', [join(root, 'gate')])
    // For both, so that neither this one nor the processes wait for somebody to open the other end.
    gate = openSync(join(root, 'gate'), constants.O_RDWR)
  })
  afterEach(async () => {
    await host?.manager.close({ grace: 0 })
    closeSync(gate)
    rmSync(root, { recursive: true })
  })

  /** Each process notes its start and its end, and waits at the gate between the two. */
  const make = (spawner: boolean): Host => {
    const files = localFiles(join(root, 'files'))
    return (host = new Host(
      { spawner, concurrency: AT_ONCE, killAfter: '500ms', env: { set: { CROWD: root } } },
      { files, concurrency: 2 * AT_ONCE },
    ))
  }
  const waiting = (more: NewTask['options'] = {}): NewTask => ({
    operation: 'PROCESS',
    args: { script: `echo + $$ >> ${root}/log; read x < ${root}/gate; echo - $$ >> ${root}/log` },
    options: more,
  })
  const letGo = (count: number): number => writeSync(gate, '\n'.repeat(count))
  const log = (): string[] => {
    try {
      return readFileSync(join(root, 'log'), 'utf8').split('\n').slice(0, -1)
    } catch {
      return []
    }
  }
  const pids = (mark: '+' | '-'): string[] =>
    log()
      .filter((line) => line.startsWith(mark))
      .map((line) => line.slice(2))
  const seen = (mark: '+' | '-', count: number): Promise<string[]> =>
    eventually(PATIENCE, `${count} ${mark}`, () => (pids(mark).length >= count ? pids(mark) : undefined))
  const notes = (): string[] => readdirSync(join(root, 'files', '.running'))
  /** Without that of the service. */
  const processes = (): string[] => notes().filter((name) => name.endsWith('.json'))
  const expectNothingLeft = async (spawner: number | undefined): Promise<void> => {
    expect(await new Census().markedBy(`CROWD=${root}`)).to.deep.equal([])
    expect(notes()).to.deep.equal([])
    for (const pid of [process.pid, spawner])
      expect(
        readdirSync(tmpdir()).filter((name) => name.startsWith(`majordomo-fifos-${pid}-`)),
      ).to.deep.equal([])
    if (spawner !== undefined) expect(isAlive(spawner)).to.equal(false)
  }

  for (const spawner of SPAWNER)
    it(`waits its turn, is canceled where it waits, and leaves nothing with its manager, with ${JSON.stringify({ spawner })}`, async () => {
      const { manager } = make(spawner)
      const tasks = (await manager.createMany(Array.from({ length: PLENTY }, () => waiting()))).map(idOf)
      await seen('+', AT_ONCE)
      for (const id of tasks.slice(PLENTY / 2)) await manager.cancel(id)
      letGo(3 * AT_ONCE)
      await seen('-', 3 * AT_ONCE)
      await seen('+', 4 * AT_ONCE)
      expect(mostAtOnce(log())).to.equal(AT_ONCE)
      const pid = spawnerOf()
      expect(pid === undefined).to.equal(!spawner)
      const ends = tasks.map((id) => manager.waitFor(id))
      await manager.close({ grace: 0 })
      const states = (await Promise.all(ends)).map(({ state, reason }) => `${state} ${reason?.code}`)
      expect(tally(states)).to.deep.equal({
        'SUCCEEDED returned': 3 * AT_ONCE,
        'CANCELED shutdown': PLENTY / 2 - 3 * AT_ONCE,
        'CANCELED canceled': PLENTY / 2,
      })
      expect(pids('+')).to.have.length(4 * AT_ONCE)
      await expectNothingLeft(pid)
    })

  it('whose spawner is killed fails for that or is tried again, and the next one works', async () => {
    const service = make(true)
    const { manager } = service
    const again = 10
    const retried = Array.from({ length: again }, () => waiting({ retry: { limit: 1, backoff: 0 } }))
    const once = Array.from({ length: AT_ONCE - again }, () => waiting())
    const tasks = (await manager.createMany([...retried, ...once])).map(idOf)
    const first = await seen('+', AT_ONCE)
    await eventually(PATIENCE, 'all are noted', () => (processes().length === AT_ONCE ? true : undefined))
    const spawner = spawnerOf()!
    process.kill(spawner, 'SIGKILL')
    for (const id of tasks.slice(again)) {
      const task = await service.end(id)
      expect(task).to.include({ state: 'FAILED' })
      expect(task.error).to.include({ code: 'spawner-lost' })
    }
    await seen('+', AT_ONCE + again)
    for (const pid of first) expect(isAlive(pid)).to.equal(false)
    letGo(again)
    for (const id of tasks.slice(0, again))
      expect(await service.end(id)).to.include({ state: 'SUCCEEDED', attempt: 2 })
    expect(await service.run({ command: ['true'] })).to.include({ state: 'SUCCEEDED' })
    const next = spawnerOf()!
    expect(next).not.to.equal(spawner)
    await manager.close()
    await expectNothingLeft(spawner)
    await expectNothingLeft(next)
  })

  it('whose spawner is suspended keeps no manager from closing, and nothing is left of it', async () => {
    const { manager } = make(true)
    await manager.createMany(Array.from({ length: AT_ONCE }, () => waiting()))
    await seen('+', AT_ONCE)
    const spawner = spawnerOf()!
    process.kill(spawner, 'SIGSTOP')
    const begun = performance.now()
    await manager.close({ grace: 0 })
    expect(performance.now() - begun).to.be.below(15_000)
    await expectNothingLeft(spawner)
  })
})

function idOf(outcome: CreateOutcome): string {
  if ('error' in outcome) throw outcome.error
  return outcome.task.id
}

/** How many went on between their start and their end at the worst moment. */
function mostAtOnce(log: readonly string[]): number {
  let now = 0
  let most = 0
  for (const line of log) most = Math.max(most, (now += line.startsWith('+') ? 1 : -1))
  return most
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
