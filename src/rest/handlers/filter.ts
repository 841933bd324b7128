import { MajordomoError } from '../../core/errors.ts'
import type { TaskManager } from '../../core/manager.ts'
import type { TaskFilter } from '../../core/query.ts'
import type { components } from '../../../generated/types.ts'
import { visibility, type Rights } from '../access.ts'

/** A filter as a request tells it: times are texts. */
export type WireFilter = Omit<components['schemas']['TaskFilter'], 'id'>

/** The filter as the manager takes it, with what the request may see already in. */
export async function taskFilter(
  call: { manager: TaskManager; rights: Rights },
  filter: WireFilter,
): Promise<TaskFilter> {
  const { parent, createdSince, createdUntil, ...same } = filter
  const visible = await visibleTo(call, filter.operation)
  return {
    ...same,
    ...(parent !== undefined && { parentId: parent }),
    ...(createdSince !== undefined && { createdSince: time(createdSince, 'createdSince') }),
    ...(createdUntil !== undefined && { createdUntil: time(createdUntil, 'createdUntil') }),
    ...(visible !== undefined && { visible }),
  }
}

async function visibleTo(
  { manager, rights }: { manager: TaskManager; rights: Rights },
  asked: readonly string[] | undefined,
) {
  if (!rights.restricted) return undefined
  return visibility(rights, asked ?? (await manager.operations()).map(({ name }) => name))
}

/** What the format `date-time` lets pass and no clock can tell, such as a leap second, is refused here. */
function time(text: string, path: string): number {
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  const message = `must be a time such as 2026-01-31T12:00:00Z, got ${JSON.stringify(text)}`
  throw new MajordomoError('invalid-request', `${path} ${message}`, { faults: [{ path, message }] })
}
