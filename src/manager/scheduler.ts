import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { Calendar } from '../schedule/calendar.ts'
import { dueTicks, type DueTick } from '../schedule/due.ts'
import type { Engine, FireAnswer, StoredSchedule } from '../engine/contract.ts'
import { Deadline, type Deadlines } from './deadlines.ts'
import type { Intake } from './intake.ts'
import { specOf } from './schedule-spec.ts'

/** Word of changed schedules is gathered for so long: a thousand that fire at midnight are one look, ms. */
const GATHER = 50
/** So many are fired at the same time: where the engine is far away, a thousand one by one would be late. */
const AT_ONCE = 50
const AFTER_FAILURE = 1_000

/**
 * Fires ticks. Every process does this for all schedules; the engine lets each tick pass once, so it does not matter
 * which of them is first, or dies.
 */
export class Scheduler {
  readonly #wake = new Deadline(() => void this.#look())
  #looking = false
  #again = false
  /** The version of each schedule that this process could not read, so that it is told once. */
  readonly #unread = new Map<string, number>()
  #stopped = false

  constructor(
    private readonly parts: {
      readonly engine: Engine
      readonly intake: Intake
      readonly deadlines: Deadlines
      readonly logger: Logger
      readonly now: () => number
    },
  ) {}

  /** Some schedule may be another now. */
  reconsider(): void {
    if (this.#looking) this.#again = true
    else if (!this.#stopped) this.parts.deadlines.setSooner(this.#wake, GATHER)
  }

  stop(): void {
    this.#stopped = true
    this.parts.deadlines.clear(this.#wake)
  }

  async #look(): Promise<void> {
    const { engine, deadlines, logger, now } = this.parts
    this.#looking = true
    let wait: number | undefined
    try {
      const all = await engine.schedules()
      for (let i = 0; i < all.length; i += AT_ONCE)
        for (const next of await Promise.all(all.slice(i, i + AT_ONCE).map((each) => this.#pass(each))))
          if (next !== undefined) wait = Math.min(wait ?? Number.POSITIVE_INFINITY, next - now())
    } catch (error) {
      logger.error('schedules could not be looked at', { error: messageOf(error) })
      wait = AFTER_FAILURE
    }
    this.#looking = false
    if (this.#stopped) return
    if (this.#again) wait = GATHER
    this.#again = false
    if (wait !== undefined) deadlines.set(this.#wake, Math.max(1, wait))
  }

  /** Lets the ticks pass that are due; answers the time of the next. */
  async #pass(schedule: StoredSchedule): Promise<number | undefined> {
    const { now, logger } = this.parts
    if (schedule.next === undefined || schedule.next > now() || this.#stopped) return schedule.next
    let next: number | undefined
    for (const due of this.#due(schedule, schedule.next)) {
      const answer = await this.#fire(schedule, due)
      // Another process was first, or somebody has changed it: look again.
      if (answer.kind === 'taken') return now() + GATHER
      if (answer.kind === 'fired' && answer.result.kind === 'refused')
        logger.warn(`schedule ${schedule.name} could not make a task`, { error: answer.result.message })
      next = answer.schedule.next
    }
    return next
  }

  /**
   * The ticks that are due; none of a schedule that only another process can read, of another version of the package or
   * with other time zones: that harms no other schedule.
   */
  #due(schedule: StoredSchedule, waited: number): DueTick[] {
    const { now, logger } = this.parts
    const { name, version } = schedule
    try {
      const { cron, timeZone, missed } = specOf(schedule)
      return dueTicks(new Calendar(cron, timeZone), waited, now(), missed)
    } catch (error) {
      if (this.#unread.get(name) !== version)
        logger.error(`schedule ${name} cannot be read here; it does not fire in this process`, {
          error: messageOf(error),
        })
      this.#unread.set(name, version)
      return []
    }
  }

  async #fire(schedule: StoredSchedule, { tick, next, makesTask }: DueTick): Promise<FireAnswer> {
    const { engine, intake } = this.parts
    const { name, version } = schedule
    const { template, overlap } = specOf(schedule)
    const answer = await engine.fire(
      {
        name,
        version,
        tick,
        next,
        draft: makesTask ? intake.fromTemplate(template) : undefined,
        unlessUnfinished: overlap === 'skip',
      },
      intake.limits,
    )
    if (answer.kind === 'fired' && answer.previous !== undefined && overlap === 'replace')
      await engine.requestCancel([
        { id: answer.previous, code: 'canceled', message: `schedule ${name} replaces it by its next task` },
      ])
    return answer
  }
}
