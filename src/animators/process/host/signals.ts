import { groupRuns, isStill, markedBy, type Identity } from './proc.ts'

/** How a process is ended, by whoever has to. */
export interface EndOrder {
  readonly stopSignal: NodeJS.Signals
  /** ms */
  readonly killAfter: number
  readonly mark: string
}

const FIRST_LOOK = 5
const LONGEST_LOOK = 100

/** Sends a signal to a whole process group. False where nobody is left in it. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  // -1 would be everybody, and -0 ourselves.
  if (!Number.isSafeInteger(leader) || leader <= 1) return false
  try {
    process.kill(-leader, signal)
    return true
  } catch (error) {
    // EPERM: somebody is there, and has become another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Whether anybody of the group runs. The kernel also counts those that have ended and that nobody has taken note of, and
 * in a container whose first process does not do that they stay for ever.
 */
export async function isGroupAlive(leader: number): Promise<boolean> {
  return signalGroup(leader, 0) && (await groupRuns(leader)) !== false
}

/** Waits until nobody of the group runs, or the deadline (of `performance.now()`) has come; false then. */
export async function groupEnds(leader: number, deadline: number): Promise<boolean> {
  for (let wait = FIRST_LOOK; await isGroupAlive(leader); wait = Math.min(2 * wait, LONGEST_LOOK)) {
    const left = deadline - performance.now()
    if (left <= 0) return false
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, left)))
  }
  return true
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

/** Ends whatever has the mark in its environment: by the signal, and by SIGKILL at the deadline (of `performance.now()`). */
export async function endMarked(mark: string, signal: NodeJS.Signals, deadline: number): Promise<void> {
  let left = await markedBy(mark)
  for (const pid of left) signalOne(pid, signal)
  for (let wait = FIRST_LOOK; left.length > 0; wait = Math.min(2 * wait, LONGEST_LOOK)) {
    const time = deadline - performance.now()
    if (time <= 0) break
    await new Promise((resolve) => setTimeout(resolve, Math.min(wait, time)))
    left = await markedBy(mark)
  }
  if (left.length > 0) await killMarked(mark)
}

/**
 * Ends a process that nobody waits for any more, as it would have been ended by the one who started it: its group gets the stop
 * signal and its time, then it is killed with all that bear its mark. A stranger with the same pid is left alone. Answers
 * whether there was anything to end.
 */
export async function endLeftover(identity: Identity | undefined, order: EndOrder): Promise<boolean> {
  let found = false
  // As long as its leader is there, a group is the one that it was; afterwards its number may be another's.
  if (identity !== undefined && isStill(identity)) {
    found = signalGroup(identity.pid, order.stopSignal)
    if (!(await groupEnds(identity.pid, performance.now() + order.killAfter)))
      signalGroup(identity.pid, 'SIGKILL')
  }
  return (await killMarked(order.mark)) > 0 || found
}

function signalOne(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
