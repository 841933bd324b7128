import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'

/** What tells one process from another that gets the same pid later: when it started, in ticks since this boot. */
export interface Identity {
  readonly pid: number
  readonly start: string
  readonly boot: string
}

/** CPU time of a process and of those of its children that it has waited for, ms; and its peak of resident memory, bytes. */
export interface Usage {
  readonly user: number
  readonly system: number
  readonly peakMemory: number
}

/** Of the kernel's clock as it tells of it in /proc: 100 to the second on every architecture of Linux (proc(5), USER_HZ). */
const TICK = 10

/** Undefined where there is no such process, or no /proc. */
export function identityOf(pid: number): Identity | undefined {
  try {
    const start = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))[19]
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return start === undefined ? undefined : { pid, start, boot }
  } catch {
    return undefined
  }
}

export function isStill({ pid, start, boot }: Identity): boolean {
  const now = identityOf(pid)
  return now !== undefined && now.start === start && now.boot === boot
}

/** Undefined where there is no such process any more, or no /proc. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const fields = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    const ticks = (at: number): number => Number(fields[at]) * TICK
    return {
      user: ticks(11) + ticks(13),
      system: ticks(12) + ticks(14),
      peakMemory: Number(peak ?? 0) * 1024,
    }
  } catch {
    return undefined
  }
}

/** The fields of /proc/pid/stat from the third on: the second, the name, may itself hold spaces and brackets. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** The processes that have this in their environment, wherever they went: a new group, a new session, another parent. */
export async function markedBy(mark: string): Promise<number[]> {
  const names = await readdir('/proc').catch(() => [])
  const found: number[] = []
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue
    // Those of others cannot be read, and are not ours.
    const environ = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '')
    if (environ.includes(mark)) found.push(Number(name))
  }
  return found
}
