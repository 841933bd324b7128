import { hasMark, isStill, type Identity } from '../../../machine/proc.ts'
import { Census } from './census.ts'
import { signalGroup } from './signals.ts'

/** How a process is ended, by whoever has to. */
export interface EndOrder {
  readonly stopSignal: NodeJS.Signals
  /** ms */
  readonly killAfter: number
  readonly mark: string
}

const FIRST_LOOK = 5
const LONGEST_LOOK = 100

/** Ends processes with all that came from them, each by its group and its mark. Whoever ends many should do it by one. */
export class Reaper {
  readonly #census = new Census()

  /**
   * Whether anybody of the group runs. The kernel also counts those that have ended and that nobody has taken note of, and
   * in a container whose first process does not do that they stay for ever.
   */
  async isGroupAlive(leader: number): Promise<boolean> {
    return signalGroup(leader, 0) && (await this.#census.groupRuns(leader)) !== false
  }

  /** Waits until nobody of the group runs, or the deadline (of `performance.now()`) has come; false then. */
  async groupEnds(leader: number, deadline: number): Promise<boolean> {
    for (let wait = FIRST_LOOK; await this.isGroupAlive(leader); wait = Math.min(2 * wait, LONGEST_LOOK)) {
      const left = deadline - performance.now()
      if (left <= 0) return false
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, left)))
    }
    return true
  }

  /**
   * Kills whatever has the mark in its environment; answers whom. What forks meanwhile is met by a further round.
   * @param spared marks of those among them that live on
   */
  async killMarked(mark: string, spared: readonly string[] = []): Promise<ReadonlySet<number>> {
    const killed = new Set<number>()
    for (let round = 0; round < 10; round++) {
      const pids = (await this.#census.markedBy(mark)).filter(
        (pid) => pid !== process.pid && !spared.some((one) => hasMark(pid, one)),
      )
      if (pids.length === 0) return killed
      for (const pid of pids) if (signalMarked(pid, mark, 'SIGKILL')) killed.add(pid)
    }
    return killed
  }

  /** Ends whatever has the mark in its environment: by the signal, and by SIGKILL at the deadline (of `performance.now()`). */
  async endMarked(mark: string, signal: NodeJS.Signals, deadline: number): Promise<void> {
    let left = await this.#census.markedBy(mark)
    for (const pid of left) signalMarked(pid, mark, signal)
    for (let wait = FIRST_LOOK; left.length > 0; wait = Math.min(2 * wait, LONGEST_LOOK)) {
      const time = deadline - performance.now()
      if (time <= 0) break
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, time)))
      left = await this.#census.markedBy(mark)
    }
    if (left.length > 0) await this.killMarked(mark)
  }

  /**
   * Ends a process that nobody waits for any more, as it would have been ended by the one who started it: its group gets the stop
   * signal and its time, then it is killed with all that bear its mark. A stranger with the same pid is left alone. Answers
   * whether there was anything to end.
   */
  async endLeftover(identity: Identity | undefined, order: EndOrder): Promise<boolean> {
    let found = false
    // As long as its leader is there, a group is the one that it was; afterwards its number may be another's.
    if (identity !== undefined && isStill(identity)) {
      found = signalGroup(identity.pid, order.stopSignal)
      if (!(await this.groupEnds(identity.pid, performance.now() + order.killAfter)))
        signalGroup(identity.pid, 'SIGKILL')
    }
    return (await this.killMarked(order.mark)).size > 0 || found
  }
}

/** By the end of a look, whom it found may have gone, and the pid may be a stranger's. */
function signalMarked(pid: number, mark: string, signal: NodeJS.Signals): boolean {
  try {
    return hasMark(pid, mark) && process.kill(pid, signal)
  } catch {
    return false
  }
}
