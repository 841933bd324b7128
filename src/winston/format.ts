import type { Logform } from 'winston'
import { runOf } from './run-of.ts'

export interface TaskFormatOptions {
  /** The field that gets the task's id; `'taskId'` by default. */
  readonly id?: string
  /** The field that gets the operation's name; `'operation'` by default. */
  readonly operation?: string
}

/**
 * A winston format that adds the task's id and operation to each line logged inside a run. Lines outside a run, and
 * fields that a line has already, stay as they are. Put it before the format that makes the text:
 * `format.combine(taskFormat(), format.json())`.
 */
export function taskFormat(options: TaskFormatOptions = {}): Logform.Format {
  const { id = 'taskId', operation = 'operation' } = options
  return {
    transform(info) {
      const run = runOf(info)
      if (run === undefined) return info
      info[id] ??= run.id
      info[operation] ??= run.get().operation
      return info
    },
  }
}
