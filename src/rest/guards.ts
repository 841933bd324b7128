import { MajordomoError, type ErrorCode } from '../core/errors.ts'
import type { Actor, TaskManager } from '../core/manager.ts'
import { LARGEST_PAGE } from '../core/query.ts'
import type { Task } from '../core/task.ts'
import { covers, type Right, type Rights } from './access.ts'

interface Asking {
  readonly manager: TaskManager
  readonly rights: Rights
}

/** The task, if it may be seen. @throws {MajordomoError} `task-not-found` also for one that may not */
export async function viewed({ manager, rights }: Asking, id: string): Promise<Task> {
  const task = await manager.get(id)
  if (!(await covers(rights, 'view', task))) throw new MajordomoError('task-not-found')
  return task
}

/** The task, if it may be seen and the right covers it. @throws {MajordomoError} `forbidden` where only the right is missing */
export async function entitled(asking: Asking, right: Right, id: string): Promise<Task> {
  const task = await viewed(asking, id)
  if (await covers(asking.rights, right, task)) return task
  throw new MajordomoError('forbidden', `you may not ${right} tasks of ${task.operation}`)
}

/** @throws {MajordomoError} `forbidden` unless the right covers every task of the operation */
export async function entitledToAll(rights: Rights, right: Right, operation: string): Promise<void> {
  if (rights.restricted && (await rights.answer(right, operation)) !== true) {
    throw new MajordomoError('forbidden', `you may not ${right} tasks of ${operation}`)
  }
}

/** @throws {MajordomoError} `forbidden` when there is no operation at all whose tasks may be seen */
export async function viewsAny({ manager, rights }: Asking): Promise<void> {
  if (!rights.restricted) return
  for (const { name } of await manager.operations()) {
    const answer = await rights.answer('view', name)
    if (answer === true || answer === 'own') return
  }
  throw new MajordomoError('forbidden')
}

/** @throws {MajordomoError} `forbidden` when there is no operation at all whose tasks may be created */
export async function createsAny({ manager, rights }: Asking): Promise<void> {
  if (!rights.restricted) return
  for (const { name } of await manager.operations())
    if ((await rights.answer('create', name)) === true) return
  throw new MajordomoError('forbidden')
}

/** On whose behalf the manager is asked. */
export function subjectOf({ subject }: Rights): Actor {
  return subject === undefined ? {} : { subject }
}

/** @throws {MajordomoError} `manager-closed` when it takes no more work */
export function requireOpen(manager: TaskManager): void {
  const { state } = manager.status()
  if (state === 'closing' || state === 'closed') throw new MajordomoError('manager-closed')
}

/** Undefined in place of a task that is not there, for `catch`. @throws any other error */
export function ifMissing(error: unknown): undefined {
  if (!isOneOf(error, ['task-not-found'])) throw error
}

/** Whether the right covers all descendants of a task, which are deleted with it. */
export async function coversBelow(
  { manager, rights }: Asking,
  right: Right,
  parentId: string,
): Promise<boolean> {
  if (!rights.restricted) return true
  let cursor: string | undefined
  do {
    const page = await manager.list({
      parentId,
      limit: LARGEST_PAGE,
      ...(cursor !== undefined && { cursor }),
    })
    for (const child of page.items) {
      if (!(await covers(rights, right, child))) return false
      if (!(await coversBelow({ manager, rights }, right, child.id))) return false
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return true
}

/** Whether the error is one of these of ours. */
export function isOneOf(error: unknown, codes: readonly ErrorCode[]): error is MajordomoError {
  return MajordomoError.is(error) && codes.includes(error.code)
}
