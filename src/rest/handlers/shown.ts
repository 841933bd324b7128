import type { Task } from '../../core/task.ts'
import type { components } from '../../../generated/types.ts'
import { covers, type Rights } from '../access.ts'
import type { Wire } from '../wire.ts'

interface Showing {
  readonly rights: Rights
  readonly wire: Wire
}

/** The task as this reader may see it, as a body. */
export async function shownTask(call: Showing, task: Task): Promise<{ body: components['schemas']['Task'] }> {
  return { body: await wireTask(call, task) }
}

/** Whether somebody manages the task only matters where an error tells of its stack. */
export async function wireTask(
  { rights, wire }: Showing,
  task: Task,
): Promise<components['schemas']['Task']> {
  return wire.task(task, task.error?.stack !== undefined && (await covers(rights, 'manage', task)))
}
