import { isStill, markedBy, type Identity } from './proc.ts'

/** Sends a signal to a whole process group. False where nobody is left in it. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal)
    return true
  } catch (error) {
    // EPERM: somebody is there, and has become another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Kills whatever has the mark in its environment; answers how many there were. What forks meanwhile is met by a further round. */
export async function killMarked(mark: string): Promise<number> {
  let killed = 0
  for (let round = 0; round < 10; round++) {
    const pids = (await markedBy(mark)).filter((pid) => pid !== process.pid)
    if (pids.length === 0) return killed
    for (const pid of pids) if (signalOne(pid, 'SIGKILL')) killed++
  }
  return killed
}

/** Kills the group of a process that an earlier life of this service left, unless the pid is another one's by now. */
export function killLeftover(identity: Identity): boolean {
  return isStill(identity) && signalGroup(identity.pid, 'SIGKILL')
}

function signalOne(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
