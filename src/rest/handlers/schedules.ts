import { MajordomoError } from '../../core/errors.ts'
import {
  subjectId,
  type Schedule,
  type ScheduleOptions,
  type SetScheduleOptions,
} from '../../core/manager.ts'
import type { components } from '../../../generated/types.ts'
import type { OperationId } from '../../../generated/operations.ts'
import { covers } from '../access.ts'
import { entitledToAll, isOneOf, subjectOf } from '../guards.ts'
import type { Call, Handler } from '../handler.ts'
import { entityTag, isKnown, isStill, requireStill } from '../preconditions.ts'
import { placedInBody } from '../problems.ts'
import { answered, answerOf } from './creation.ts'

type Asking = Pick<Call<OperationId>, 'manager' | 'rights'>
type Settings = components['schemas']['ScheduleSettings']

export const listSchedules: Handler<'listSchedules'> = async (call) => {
  const items = []
  for (const schedule of await call.manager.schedules())
    if (await covers(call.rights, 'view', schedule)) items.push(call.wire.schedule(schedule))
  return { status: 200, body: { items } }
}

export const getSchedule: Handler<'getSchedule'> = async (call) => {
  return shown(call, await viewed(call, call.params.name))
}

export const createSchedule: Handler<'createSchedule'> = async (call) => {
  const { name } = call.body
  await entitledToAll(call.rights, 'create', call.body.operation)
  const schedule = await stored(call, name, { ifVersion: 0 }).catch((error: unknown) => {
    throw isOneOf(error, ['version-mismatch']) ? new MajordomoError('schedule-exists') : error
  })
  return created(call, schedule)
}

export const putSchedule: Handler<'putSchedule'> = async (call) => {
  const { params, body, rights } = call
  if (body.name !== undefined && body.name !== params.name) throw otherName()
  await entitledToAll(rights, 'create', body.operation)
  const before = await replaceable(call, params.name)
  const schedule = await stored(call, params.name, versionWanted(call, before))
  return before === undefined ? created(call, schedule) : shown(call, schedule)
}

export const updateSchedule: Handler<'updateSchedule'> = async (call) => {
  const { manager, params, body, headers } = call
  const { version } = await changeable(call, params.name)
  const ifMatch = headers['if-match']
  requireStill(ifMatch, version, 'schedule')
  const exactly = ifMatch !== undefined && ifMatch.trim() !== '*'
  const options = { ...subjectOf(call.rights), ...(exactly && { ifVersion: version }) }
  return shown(call, await manager.updateSchedule(params.name, body, options))
}

export const deleteSchedule: Handler<'deleteSchedule'> = async (call) => {
  const { version } = await changeable(call, call.params.name)
  requireStill(call.headers['if-match'], version, 'schedule')
  await call.manager.deleteSchedule(call.params.name)
  return { status: 204 }
}

export const runSchedule: Handler<'runSchedule'> = async (call) => {
  const { manager, params, rights } = call
  const { operation } = await viewed(call, params.name)
  await entitledToAll(rights, 'create', operation)
  return answerOf(call, await answered(call, manager.runSchedule(params.name, subjectOf(rights))))
}

/** The schedule, if it may be seen. @throws {MajordomoError} `schedule-not-found` also for one that may not */
async function viewed({ manager, rights }: Asking, name: string): Promise<Schedule> {
  const schedule = await manager.getSchedule(name)
  if (!(await covers(rights, 'view', schedule))) throw new MajordomoError('schedule-not-found')
  return schedule
}

/** The schedule, if it may be changed: one's own by whoever may create its tasks, another one's by who may manage it too. */
async function changeable(asking: Asking, name: string): Promise<Schedule> {
  const schedule = await viewed(asking, name)
  const { operation } = schedule
  await entitledToAll(asking.rights, 'create', operation)
  if (isOwn(asking, schedule) || (await covers(asking.rights, 'manage', schedule))) return schedule
  throw new MajordomoError('forbidden', `you may not manage tasks of ${operation}`)
}

/** What a PUT would replace; undefined where there is none. @throws {MajordomoError} `schedule-exists` where it may not be seen */
async function replaceable(asking: Asking, name: string): Promise<Schedule | undefined> {
  const there = await asking.manager.getSchedule(name).catch((error: unknown): undefined => {
    if (!isOneOf(error, ['schedule-not-found'])) throw error
  })
  if (there === undefined) return undefined
  if (!(await covers(asking.rights, 'view', there))) throw new MajordomoError('schedule-exists')
  return changeable(asking, name)
}

function isOwn({ rights: { subject } }: Asking, { createdBy }: Schedule): boolean {
  return createdBy !== undefined && createdBy === subjectId(subject)
}

/**
 * The version that a PUT may replace. Where rights count it is always the one that they were found for: somebody else's
 * schedule may have come to that name meanwhile.
 */
function versionWanted(
  { headers, rights }: Pick<Call<'putSchedule'>, 'headers' | 'rights'>,
  before: Schedule | undefined,
): Pick<SetScheduleOptions, 'ifVersion'> {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers
  if (before === undefined ? ifMatch !== undefined : !isStill(ifMatch, before.version)) throw mismatch(before)
  if (before !== undefined && isKnown(ifNoneMatch, before.version)) throw mismatch(before)
  const asked = ifMatch !== undefined || ifNoneMatch !== undefined
  return asked || rights.restricted ? { ifVersion: before?.version ?? 0 } : {}
}

function stored(
  call: Call<'createSchedule'> | Call<'putSchedule'>,
  name: string,
  options: Pick<SetScheduleOptions, 'ifVersion'>,
): Promise<Schedule> {
  const { name: _, ...settings }: Settings = call.body
  const schedule: ScheduleOptions = settings
  return call.manager
    .setSchedule(name, schedule, { ...options, ...subjectOf(call.rights) })
    .catch((error: unknown) => {
      throw placedInBody(error, '/args')
    })
}

function shown({ wire }: Pick<Call<OperationId>, 'wire'>, schedule: Schedule) {
  const headers = { etag: entityTag(schedule.version) }
  return { status: 200 as const, body: wire.schedule(schedule), headers }
}

function created(call: Pick<Call<OperationId>, 'wire' | 'link'>, schedule: Schedule) {
  const { body, headers } = shown(call, schedule)
  const location = call.link(`schedules/${encodeURIComponent(schedule.name)}`)
  return { status: 201 as const, body, headers: { ...headers, location } }
}

function mismatch(before: Schedule | undefined): MajordomoError {
  const now =
    before === undefined ? 'there is no such schedule' : `the schedule is at version ${before.version}`
  return new MajordomoError('version-mismatch', now)
}

function otherName(): MajordomoError {
  const faults = [{ path: '/name', message: 'must be the name in the path' }]
  return new MajordomoError('invalid-request', undefined, { faults })
}
