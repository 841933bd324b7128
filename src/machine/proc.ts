import { readFileSync } from 'node:fs'

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

/** Where the fields of /proc/pid/stat stand, counted from the third, which is the first that is safe to split. */
const STATE = 0
const GROUP = 2
const USER_TIME = 11
const START = 19

/** Undefined where there is no such process, or no /proc. */
export function identityOf(pid: number): Identity | undefined {
  try {
    const start = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))[START]
    return start === undefined ? undefined : { pid, start, boot: thisBoot()! }
  } catch {
    return undefined
  }
}

/** Changes with each start of the machine. Undefined where there is no /proc. */
export function thisBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return undefined
  }
}

/** Whether it runs. One that has ended and waits for its parent to hear of it does not. */
export function isStill({ pid, start, boot }: Identity): boolean {
  try {
    const fields = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    return fields[START] === start && !isOver(fields) && thisBoot() === boot
  } catch {
    return false
  }
}

/** Undefined where there is no such process any more, or no /proc. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const fields = fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'))
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    // It is just ending, and has no memory any more.
    if (peak === undefined) return undefined
    const ticks = (at: number): number => Number(fields[USER_TIME + at]) * TICK
    return { user: ticks(0) + ticks(2), system: ticks(1) + ticks(3), peakMemory: Number(peak) * 1024 }
  } catch {
    return undefined
  }
}

/** The process group of one that runs, by its /proc/pid/stat; undefined where it is over, or there is none. */
export function runningGroup(stat: string): number | undefined {
  const fields = fieldsOf(stat)
  return fields[GROUP] === undefined || isOver(fields) ? undefined : Number(fields[GROUP])
}

/** Whether it has this in its environment now. */
export function hasMark(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)
  } catch {
    return false
  }
}

/** The fields of /proc/pid/stat from the third on: the second, the name, may itself hold spaces and brackets. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function isOver(fields: readonly string[]): boolean {
  return fields[STATE] === 'Z' || fields[STATE] === 'X'
}
