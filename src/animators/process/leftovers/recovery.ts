import type { AnimatorPlace } from '../../../core/animator.ts'
import { isEnded } from '../../../core/states.ts'
import type { Note } from '../host/notes.ts'
import { SharedLook } from '../host/shared-look.ts'
import { hasLeftovers, recover } from './recover.ts'

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 5_000
/**
 * An attempt that runs takes the process over, if it is on this machine: at once, but one whose service was killed
 * before that runs on until its lease is over. Longer than that usually takes, ms.
 */
const ELSEWHERE_AFTER = 15_000

/**
 * Sees to what services of this machine have left that were killed: when a manager opens, when a task is tried again, and as
 * long as there are processes that wait for an attempt to take them over, as their task may end without one.
 */
export class Recovery {
  readonly #place: AnimatorPlace
  readonly #elsewhereAfter: number
  readonly #looks = new SharedLook<'leftovers', void>(() => this.#look())
  /** Since when tasks are run by an attempt that has not taken over what is left here; by the mark of that. */
  readonly #elsewhere = new Map<string, number>()
  #waiting = 0
  #pause = FIRST_PAUSE
  #timer: NodeJS.Timeout | undefined
  #closed = false
  /** Settles when it has looked for the first time, and what it found has ended. */
  readonly over: Promise<void>

  /** @param elsewhereAfter ms */
  constructor(place: AnimatorPlace, elsewhereAfter = ELSEWHERE_AFTER) {
    this.#place = place
    this.#elsewhereAfter = elsewhereAfter
    this.over = this.#looks.ask('leftovers')
  }

  /** Before a task is tried again: what the attempt before has left may not have been noted. Resolves when that has ended. */
  async again(): Promise<void> {
    const { running } = this.#place
    if (running !== undefined && (await hasLeftovers(running))) await this.#looks.ask('leftovers')
  }

  /** Those whose tasks still wait for their turn go on. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (this.#waiting > 0) await this.#looks.ask('leftovers')
  }

  async #look(): Promise<void> {
    const { running, logger } = this.#place
    clearTimeout(this.#timer)
    if (running === undefined) return
    const { ended, waiting } = await recover(running, (note, attempt) => this.#isWanted(note, attempt))
    if (ended.length > 0) logger.warn('ended processes of a service that was killed', { pids: ended })
    this.#waiting = waiting
    if (waiting > 0) this.#lookLater()
    else this.#elsewhere.clear()
  }

  #lookLater(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.#looks.ask('leftovers'), this.#pause).unref()
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE)
  }

  /** Whether an attempt may still come for it. */
  async #isWanted({ task: id, mark }: Note, attempt: number): Promise<boolean> {
    const task = await this.#place.get(id).catch(() => 'unknown' as const)
    if (task === 'unknown') return true
    if (task === undefined || isEnded(task.state)) return false
    if (task.state === 'NEW' || task.attempt <= attempt) {
      this.#elsewhere.delete(mark)
      return true
    }
    const since = this.#elsewhere.get(mark) ?? performance.now()
    this.#elsewhere.set(mark, since)
    return performance.now() - since < this.#elsewhereAfter
  }
}
