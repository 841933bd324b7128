import { readdir, readFile } from 'node:fs/promises'
import { runningGroup } from '../../../machine/proc.ts'
import { SharedLook } from './shared-look.ts'

/**
 * Who runs on this machine, read from /proc. Each look goes through all processes, so those who ask while one is under way share
 * the next: of fifty processes that end at the same time each would else look for itself.
 */
export class Census {
  readonly #groups = new SharedLook(groups)
  readonly #bearers = new SharedLook(bearers)

  /** Whether anybody of a process group runs; undefined where there is no /proc. */
  async groupRuns(leader: number): Promise<boolean | undefined> {
    return (await this.#groups.ask(leader))?.has(leader)
  }

  /** The processes that have this in their environment, wherever they went: a new group, a new session, another parent. */
  async markedBy(mark: string): Promise<readonly number[]> {
    return (await this.#bearers.ask(mark)).get(mark) ?? []
  }
}

async function groups(): Promise<ReadonlySet<number> | undefined> {
  const found = new Set<number>()
  const pids = await allPids()
  if (pids.length === 0) return undefined
  for (const pid of pids) {
    const group = runningGroup(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''))
    if (group !== undefined) found.add(group)
  }
  return found
}

async function bearers(marks: Iterable<string>): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map(Array.from(marks, (mark) => [mark, [] as number[]]))
  for (const pid of await allPids()) {
    // Those of others cannot be read, and are not ours.
    const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    for (const [mark, pids] of found) if (environ.includes(mark)) pids.push(pid)
  }
  return found
}

async function allPids(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => [])
  return names.filter((name) => /^\d+$/.test(name)).map(Number)
}
