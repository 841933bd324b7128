import { MajordomoError } from '../../core/errors.ts'
import type { CreateOptions, CreateResult, Dependency } from '../../core/manager.ts'
import { isEnded } from '../../core/states.ts'
import type { Task } from '../../core/task.ts'
import { covers, type Rights } from '../access.ts'
import { entitledToAll, ifMissing, isOneOf, subjectOf, viewed } from '../guards.ts'
import type { Call, Handler } from '../handler.ts'
import { entityTag } from '../preconditions.ts'
import { preferredWait } from '../prefer.ts'
import { placedInBody } from '../problems.ts'
import { wireTask } from './shown.ts'

/** No task has this id. */
const NO_TASK = '?'

export const createTask: Handler<'createTask'> = async (call) => {
  await entitledToAll(call.rights, 'create', call.body.operation)
  return answerOf(call, await created(call))
}

export const rerunTask: Handler<'rerunTask'> = async (call) => {
  const { operation } = await viewed(call, call.params.id)
  await entitledToAll(call.rights, 'create', operation)
  const rerun = call.manager.rerun(call.params.id, subjectOf(call.rights))
  return answerOf(call, await answered(call, rerun))
}

/** A request that makes one task. */
type Making = Call<'createTask'> | Call<'rerunTask'> | Call<'runSchedule'>

/**
 * 201 tells of a new task and where it is, 200 of one that was there already; with `Prefer: wait` they are held until the
 * task has ended, and 202 tells of a new one that has not ended in time.
 */
export async function answerOf(call: Making, { task, duplicate }: CreateResult) {
  const wait = preferredWait(call.headers.prefer)
  const now = wait === undefined ? task : await endOf(call, task, wait)
  const body = await wireTask(call, now)
  const headers = {
    etag: entityTag(now.version),
    ...(wait !== undefined && { 'preference-applied': `wait=${wait}` }),
  }
  if (duplicate) return { status: 200 as const, body, headers }
  const status = wait === undefined || isEnded(now.state) ? (201 as const) : (202 as const)
  return { status, body, headers: { ...headers, location: call.link(`tasks/${task.id}`) } }
}

async function created(call: Call<'createTask'>): Promise<CreateResult> {
  const { operation, args, ...rest } = call.body
  const after = rest.after === undefined ? undefined : await withoutHidden(call, rest.after)
  const { files } = call
  const options: CreateOptions = {
    ...rest,
    ...(after !== undefined && { after }),
    ...(files !== undefined && { files }),
    ...creator(call),
  }
  return answered(call, call.manager.create(operation, args, options))
}

/**
 * The tasks to wait for, those that are there and may not be seen put out of reach. They must not be told from those
 * that are not there, which only the manager may refuse: it knows whether this is the repeat of a creation from when
 * they still were.
 */
async function withoutHidden(call: Call<'createTask'>, after: readonly Dependency[]): Promise<Dependency[]> {
  if (!call.rights.restricted) return [...after]
  const visible: Dependency[] = []
  for (const one of after) {
    const other = await call.manager.get(one.id).catch(ifMissing)
    const hidden = other !== undefined && !(await covers(call.rights, 'view', other))
    visible.push(hidden ? { ...one, id: NO_TASK } : one)
  }
  return visible
}

/** What the manager answered to a creation, with its faults placed in the body. */
export async function answered(
  { rights }: { rights: Rights },
  creation: Promise<CreateResult>,
): Promise<CreateResult> {
  let result: CreateResult
  try {
    result = await creation
  } catch (error) {
    // In words that do not tell which one, as one that is hidden has none that is its own.
    if (rights.restricted && isOneOf(error, ['unknown-reference']))
      throw new MajordomoError('unknown-reference')
    throw placedInBody(error, '/args')
  }
  if (result.duplicate && !(await covers(rights, 'view', result.task)))
    throw new MajordomoError('duplicate-task')
  return result
}

function creator({ rights, headers }: Call<'createTask'>): CreateOptions {
  const key = headers['idempotency-key']
  return { ...subjectOf(rights), ...(key !== undefined && { idempotencyKey: key }) }
}

/** The task at its end, or as it is when the time is up, the client has left or the manager closes. */
async function endOf(call: Making, task: Task, seconds: number): Promise<Task> {
  if (isEnded(task.state)) return task
  const left = call.left()
  try {
    return await call.manager.waitFor(task.id, { timeout: seconds * 1000, signal: left })
  } catch (error) {
    if (left.aborted || isOneOf(error, ['manager-closed', 'task-not-found'])) return task
    throw error
  }
}
