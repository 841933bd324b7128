import { MajordomoError } from '../../core/errors.ts'
import type { CreateOptions, CreateResult } from '../../core/manager.ts'
import { isEnded } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'
import { covers, type Rights } from '../access.ts'
import { entitledToAll, isOneOf, viewed } from '../guards.ts'
import type { Call, Handler } from '../handler.ts'
import { entityTag } from '../preconditions.ts'
import { preferredWait } from '../prefer.ts'
import { placedInBody } from '../problems.ts'
import { wireTask } from './shown.ts'

export const createTask: Handler<'createTask'> = async (call) => {
  await entitledToAll(call.rights, 'create', call.body.operation)
  for (const { id } of call.body.after ?? []) await known(call, id)
  const { task, duplicate } = await created(call)
  const wait = preferredWait(call.headers.prefer)
  if (wait === undefined) {
    const body = await wireTask(call, task)
    if (duplicate) return { status: 200, body, headers: { etag: entityTag(task.version) } }
    return { status: 201, body, headers: placed(call, task) }
  }
  const now = await endOf(call, task, wait)
  const status = !isEnded(now.state) ? 202 : duplicate ? 200 : 201
  const headers = { ...placed(call, now), 'preference-applied': `wait=${wait}` }
  return { status, body: await wireTask(call, now), headers }
}

export const rerunTask: Handler<'rerunTask'> = async (call) => {
  const { operation } = await viewed(call, call.params.id)
  await entitledToAll(call.rights, 'create', operation)
  const { subject } = call.rights
  const { task, duplicate } = await answered(
    call,
    call.manager.rerun(call.params.id, subject === undefined ? {} : { subject }),
  )
  const body = await wireTask(call, task)
  if (duplicate) return { status: 200, body, headers: { etag: entityTag(task.version) } }
  return { status: 201, body, headers: placed(call, task) }
}

function placed(call: { link(path: string): string }, task: Task): Record<string, string> {
  return { etag: entityTag(task.version), location: call.link(`tasks/${task.id}`) }
}

/** A task that may not be seen must not be told from one that does not exist. */
async function known(call: Call<'createTask'>, id: string): Promise<void> {
  if (!call.rights.restricted) return
  try {
    await viewed(call, id)
  } catch (error) {
    if (isOneOf(error, ['task-not-found']))
      throw new MajordomoError('unknown-reference', `there is no task ${id}`)
    throw error
  }
}

async function created(call: Call<'createTask'>): Promise<CreateResult> {
  const { operation, args, ...rest } = call.body
  const options: CreateOptions = { ...rest, ...creator(call) }
  return answered(call, call.manager.create(operation, args, options))
}

/** What the manager answered to a creation, with its faults placed in the body. */
async function answered(
  { rights }: { rights: Rights },
  creation: Promise<CreateResult>,
): Promise<CreateResult> {
  const result = await creation.catch((error: unknown) => {
    throw placedInBody(error, '/args')
  })
  if (result.duplicate && !(await covers(rights, 'view', result.task)))
    throw new MajordomoError('duplicate-task')
  return result
}

function creator({ rights: { subject }, headers }: Call<'createTask'>): CreateOptions {
  const key = headers['idempotency-key']
  return { ...(subject !== undefined && { subject }), ...(key !== undefined && { idempotencyKey: key }) }
}

/** The task at its end, or as it is when the time is up, the client has left or the manager closes. */
async function endOf(call: Call<'createTask'>, task: Task, seconds: number): Promise<Task> {
  if (isEnded(task.state)) return task
  const left = call.left()
  try {
    return await call.manager.waitFor(task.id, { timeout: seconds * 1000, signal: left })
  } catch (error) {
    if (left.aborted || isOneOf(error, ['manager-closed', 'task-not-found'])) return task
    throw error
  }
}
