import { readdirSync, readFileSync } from 'node:fs'
import { usageOf } from '../../src/machine/proc.ts'

/** The process that starts others for a service, while there is one. */
export function spawnerOf(service = process.pid): number | undefined {
  return childrenOf(service).find(
    ({ pid, state }) => state !== 'Z' && read(`/proc/${pid}/cmdline`).startsWith('majordomo-spawner'),
  )?.pid
}

/** Children that have ended and that nobody has taken note of. */
export function zombiesOf(parent: number): number {
  return childrenOf(parent).filter(({ state }) => state === 'Z').length
}

/** Resident memory of a process at its highest, bytes. */
export function peakMemoryOf(pid: number): number {
  return usageOf(pid)!.peakMemory
}

/** Bytes of memory that a process holds now. */
export function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))![1]) * 1024
}

export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

function childrenOf(parent: number): { readonly pid: number; readonly state: string }[] {
  const children: { pid: number; state: string }[] = []
  for (const name of readdirSync('/proc')) {
    const [, state, ppid] = /\) (\S) (\d+)/.exec(/^\d+$/.test(name) ? read(`/proc/${name}/stat`) : '') ?? []
    if (Number(ppid) === parent) children.push({ pid: Number(name), state: state! })
  }
  return children
}

/** Nothing of a process that has gone meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
