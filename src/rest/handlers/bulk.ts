import { setImmediate as aTurn } from 'node:timers/promises'
import { MajordomoError, type ErrorCode } from '../../core/errors.ts'
import type { Order } from '../../core/manager.ts'
import { LARGEST_PAGE } from '../../core/query.ts'
import type { Task } from '../../core/task.ts'
import type { components } from '../../../generated/types.ts'
import { covers, type Right } from '../access.ts'
import { coversBelow, ifMissing, subjectOf, viewed } from '../guards.ts'
import type { Call, Handler } from '../handler.ts'
import { placedInBody } from '../problems.ts'
import { taskFilter } from './filter.ts'

type Answer = components['schemas']['BulkAnswer']
type Bulk = Call<'bulkTasks'>

const RIGHT = { cancel: 'cancel', delete: 'manage', rerun: 'create' } as const satisfies Record<string, Right>

/** The action does not fit the task, or the task went away meanwhile. */
const UNFIT: readonly ErrorCode[] = ['task-ended', 'task-unfinished', 'wrong-state', 'task-not-found']

/** So many at once: engines work in batches. Then everybody else has a turn, however long the list is. */
const AT_ONCE = 100

export const bulkTasks: Handler<'bulkTasks'> = async (call) => {
  const { id, ...filter } = call.body.filter
  if (id === undefined) return { status: 200, body: await byFilter(call, filter) }
  if (Object.keys(filter).length > 0) throw alone()
  const answer = empty()
  await actOn(call, await those(call, id), answer)
  return { status: 200, body: answer }
}

/** Newest first, so that a task which an action creates is never met by the same action. */
async function byFilter(
  call: Bulk,
  wanted: Omit<components['schemas']['TaskFilter'], 'id'>,
): Promise<Answer> {
  const filter = await taskFilter(call, wanted)
  const answer = empty()
  let left = call.body.limit ?? LARGEST_PAGE
  let cursor = call.body.cursor
  do {
    const limit = Math.min(left, LARGEST_PAGE)
    const page = await call.manager.list({
      ...filter,
      sort: '-createdAt',
      limit,
      ...(cursor !== undefined && { cursor }),
    })
    await actOn(call, page.items, answer)
    if (page.items.length === 0) await aTurn()
    left -= page.items.length
    cursor = page.cursor
  } while (cursor !== undefined && left > 0)
  return { ...answer, more: cursor !== undefined, ...(cursor !== undefined && { cursor }) }
}

async function those(call: Bulk, ids: readonly string[]): Promise<Task[]> {
  const found = await Promise.all(ids.map((id) => viewed(call, id).catch(ifMissing)))
  return found.filter((task) => task !== undefined)
}

async function actOn(call: Bulk, tasks: readonly Task[], answer: Answer): Promise<void> {
  for (let i = 0; i < tasks.length; i += AT_ONCE) {
    await Promise.all(tasks.slice(i, i + AT_ONCE).map((task) => tried(call, task, answer)))
    await aTurn()
  }
}

async function tried(call: Bulk, task: Task, answer: Answer): Promise<void> {
  const { action } = call.body
  if (!(await covers(call.rights, RIGHT[action], task))) return
  try {
    if (action === 'delete' && !(await coversBelow(call, RIGHT.delete, task.id))) return
    await act(call, task.id)
    answer.done++
  } catch (error) {
    // It would be the same for every task.
    if (!MajordomoError.is(error) || error.code === 'invalid-option') throw placedInBody(error, '')
    if (UNFIT.includes(error.code)) answer.skipped++
    else answer.failed.push({ id: task.id, code: error.code, message: error.message })
  }
}

async function act({ manager, body, rights }: Bulk, id: string): Promise<unknown> {
  const actor = subjectOf(rights)
  const order: Order = { ...actor, ...(body.reason !== undefined && { reason: body.reason }) }
  switch (body.action) {
    case 'cancel':
      return manager.cancel(id, order)
    case 'delete':
      return manager.delete(id, order)
    case 'rerun':
      return manager.rerun(id, actor)
  }
}

function empty(): Answer {
  return { done: 0, skipped: 0, failed: [], more: false }
}

function alone(): MajordomoError {
  const faults = [{ path: '/filter/id', message: 'stands alone, without other filters' }]
  return new MajordomoError('invalid-request', undefined, { faults })
}
