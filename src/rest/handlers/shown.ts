import { isLargerThan, type Json } from '../../core/json.ts'
import type { Task } from '../../core/task.ts'
import type { components } from '../../../generated/types.ts'
import { covers, type Rights } from '../access.ts'
import { then } from '../then.ts'
import type { Wire } from '../wire.ts'

type WireTask = components['schemas']['Task']

/** The task as this reader may see it. Whether it manages the task only matters where an error tells of its stack. */
export function wireTask(
  { rights, wire }: { rights: Rights; wire: Wire },
  task: Task,
): WireTask | Promise<WireTask> {
  if (task.error?.stack === undefined) return wire.task(task, false)
  return then(covers(rights, 'manage', task), (manages) => wire.task(task, manages))
}

/** Larger arguments, in characters of JSON, are not in lists: one task may have a hundred thousand targets. */
const LARGE = 16_384

/** The same as one of a list. */
export function listed(task: WireTask): WireTask {
  return isLargerThan(task.args as Json, LARGE) ? { ...task, args: {}, argsOmitted: true } : task
}
