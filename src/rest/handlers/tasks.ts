import { MajordomoError } from '../../core/errors.ts'
import type { UpdateOptions } from '../../core/manager.ts'
import { coversBelow, entitled, subjectOf, viewed } from '../guards.ts'
import type { Handler } from '../handler.ts'
import { entityTag, isKnown, requireStill } from '../preconditions.ts'
import { placedInBody } from '../problems.ts'
import { taskFilter } from './filter.ts'
import { isPromiseLike } from '../../core/promises.ts'
import { listed, wireTask } from './shown.ts'

export const listTasks: Handler<'listTasks'> = async (call) => {
  const { sort, limit, cursor, ...filter } = call.query
  const page = await call.manager.list({
    ...(await taskFilter(call, filter)),
    ...(sort !== undefined && { sort }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  })
  const items = []
  for (const task of page.items) {
    const shown = wireTask(call, task)
    items.push(listed(isPromiseLike(shown) ? await shown : shown))
  }
  const { total, totalCapped } = page
  return {
    status: 200,
    body: {
      items,
      total,
      ...(page.cursor !== undefined && { cursor: page.cursor }),
      ...(totalCapped && { totalCapped }),
    },
  }
}

export const getTask: Handler<'getTask'> = async (call) => {
  const task = await viewed(call, call.params.id)
  const headers = { etag: entityTag(task.version) }
  if (isKnown(call.headers['if-none-match'], task.version)) return { status: 304, headers }
  return { status: 200, body: await wireTask(call, task), headers }
}

export const updateTask: Handler<'updateTask'> = async (call) => {
  const { params, body } = call
  const { version } = await entitled(call, 'manage', params.id)
  const ifMatch = call.headers['if-match']
  requireStill(ifMatch, version, 'task')
  // Any version will do for `*`; with a tag, the manager makes sure that nothing changed since it was looked at.
  const options: UpdateOptions = {
    ...subjectOf(call.rights),
    ...(ifMatch !== undefined && ifMatch.trim() !== '*' && { ifVersion: version }),
  }
  const task = await call.manager.update(params.id, body, options).catch((error: unknown) => {
    throw placedInBody(error, '/result')
  })
  return { status: 200, body: await wireTask(call, task), headers: { etag: entityTag(task.version) } }
}

export const deleteTask: Handler<'deleteTask'> = async (call) => {
  const { version } = await entitled(call, 'manage', call.params.id)
  requireStill(call.headers['if-match'], version, 'task')
  if (!(await coversBelow(call, 'manage', call.params.id)))
    throw new MajordomoError('forbidden', 'you may not manage all tasks that go with it')
  await call.manager.delete(call.params.id, { force: call.query.force ?? false, ...subjectOf(call.rights) })
  return { status: 204 }
}

export const cancelTask: Handler<'cancelTask'> = async (call) => {
  await entitled(call, 'cancel', call.params.id)
  const reason = call.body?.reason
  const order = { ...subjectOf(call.rights), ...(reason !== undefined && { reason }) }
  const task = await call.manager.cancel(call.params.id, order).catch((error: unknown) => {
    throw placedInBody(error, '')
  })
  return { status: 200, body: await wireTask(call, task), headers: { etag: entityTag(task.version) } }
}
