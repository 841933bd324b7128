import type { Json } from '../../core/json.ts'
import type { FireAnswer, FireOrder, InsertLimits, ScheduleDraft, StoredSchedule } from '../contract.ts'
import { draftArguments } from './drafts.ts'
import { insertResult } from './intake.ts'
import { parsed } from './record.ts'
import type { ScheduleReply } from './replies.ts'
import { SCRIPTS } from './scripts.ts'
import type { Session } from './session.ts'

export async function schedules(session: Session): Promise<StoredSchedule[]> {
  const replies = await session.run(SCRIPTS.schedules, {})
  return replies.map(scheduleOf).sort((a, b) => (a.name < b.name ? -1 : 1))
}

export async function putSchedule(
  session: Session,
  { name, spec, next, ifVersion }: ScheduleDraft,
): Promise<StoredSchedule | 'version-mismatch'> {
  const asked = { name, next, ifVersion }
  const reply = await session.run(SCRIPTS.putSchedule, asked, [JSON.stringify(spec)])
  return reply === null ? 'version-mismatch' : scheduleOf(reply)
}

export async function removeSchedule(session: Session, name: string): Promise<boolean> {
  return (await session.run(SCRIPTS.removeSchedule, { name })) === 1
}

export async function fire(
  session: Session,
  order: FireOrder,
  limits: InsertLimits = {},
): Promise<FireAnswer> {
  const { name, version, tick, next, draft, unlessUnfinished } = order
  const args = draft && draftArguments(draft)
  const asked = {
    ...{ name, version, tick, next, unlessUnfinished, mostQueued: limits.maxQueued },
    id: draft?.id,
    extra: args?.extra,
  }
  const { settings, result } = await session.reply(SCRIPTS.fire, asked, args && [args.fixed, args.matter])
  switch (result[0]) {
    case 'taken':
      return { kind: 'taken' }
    case 'fired': {
      await session.freshen(settings)
      const [kind, schedule, inserted, previous] = result
      const answer = { kind, schedule: scheduleOf(schedule), result: insertResult(session, draft!, inserted) }
      return previous === '' ? answer : { ...answer, previous }
    }
    default:
      return { kind: result[0], schedule: scheduleOf(result[1]) }
  }
}

function scheduleOf([name, state, spec]: ScheduleReply): StoredSchedule {
  const counted = parsed(state) as Omit<StoredSchedule, 'name' | 'spec'>
  return Object.freeze({ ...counted, name, spec: parsed(spec) as Json })
}
