import { Cron } from 'croner'
import { invalidOption } from '../core/errors.ts'

/**
 * The times that a cron expression names, in a time zone. Where clocks are set forward, a time that the day does not
 * have comes at the first one that it has after it; where they are set back, a time that the day has twice comes once.
 */
export class Calendar {
  readonly #cron: Cron

  /**
   * @param expression POSIX crontab fields (minute, hour, day of month, month, day of week; where both days are given, either
   *   will do), with seconds before them where there are six, or a nickname such as `@daily`
   * @param timeZone IANA name
   * @throws {MajordomoError} `invalid-option` naming `cron` or `timeZone`
   */
  constructor(expression: string, timeZone: string) {
    if (typeof expression !== 'string' || expression.trim() === '')
      throw invalidOption('cron', 'a cron expression such as "0 3 * * *"', expression)
    if (typeof timeZone !== 'string' || !isTimeZone(timeZone))
      throw invalidOption('timeZone', 'an IANA time zone such as "Europe/Zurich"', timeZone)
    const fields = expression.trim().split(/\s+/).length
    if (!expression.trim().startsWith('@') && fields !== 5 && fields !== 6)
      throw invalidOption(
        'cron',
        'five fields, or six with seconds before them, such as "0 3 * * *"',
        expression,
      )
    try {
      this.#cron = new Cron(expression, { timezone: timeZone, paused: true })
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : ''
      throw invalidOption('cron', `a cron expression such as "0 3 * * *" (${why})`, expression)
    }
  }

  /** The first time after `time`, both in epoch milliseconds; undefined when there is none any more. */
  next(time: number): number | undefined {
    return this.#cron.nextRun(new Date(time))?.getTime()
  }

  /** The last times before `time`, at most so many, oldest first. */
  last(count: number, time: number): number[] {
    return this.#cron
      .previousRuns(count, new Date(time))
      .map((date) => date.getTime())
      .toReversed()
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
