import type { TaskOps } from '../core/animator.ts'
import { invalidOption } from '../core/errors.ts'
import type { LogLevel } from '../core/logger.ts'
import { known, stringIn } from '../core/options.ts'
import type { Report } from '../core/report.ts'

const LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug']

/** Tells a report by the ops of its run. @throws {MajordomoError} `invalid-option` naming the field, before anything is told */
export function tell(ops: Pick<TaskOps, 'setProgress' | 'log'>, report: Report): void {
  known(report, ['progress', 'message', 'level'], '')
  const { progress, level = 'info' } = report
  const message = stringIn(report.message, 'message', 65_536)
  if (!LEVELS.includes(level)) throw invalidOption('level', `one of ${LEVELS.join(', ')}`, level)
  if (progress !== undefined) {
    if (typeof progress !== 'object' || progress === null)
      throw invalidOption('progress', 'an object', progress)
    known(progress, ['percent', 'done', 'total', 'message'], 'progress')
    ops.setProgress(progress)
  }
  if (message !== undefined) ops.log(level, message)
}
