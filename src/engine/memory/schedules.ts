import type { FireAnswer, FireOrder, InsertLimits, ScheduleDraft, StoredSchedule } from '../contract.ts'
import { insert } from './insert.ts'
import type { Store } from './store.ts'

export function schedules(store: Store): StoredSchedule[] {
  return [...store.schedules.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function putSchedule(store: Store, draft: ScheduleDraft): StoredSchedule | 'version-mismatch' {
  const { name, spec, next, ifVersion } = draft
  const before = store.schedules.get(name)
  const version = before?.version ?? 0
  if (ifVersion !== undefined && ifVersion !== version) return 'version-mismatch'
  const now = store.epoch + store.time
  return kept(store, {
    ...(before ?? { fired: 0, skipped: 0, createdAt: now }),
    name,
    spec,
    next,
    version: version + 1,
    modifiedAt: now,
  })
}

export function removeSchedule(store: Store, name: string): boolean {
  const wasThere = store.schedules.delete(name)
  if (wasThere) store.rescheduled()
  return wasThere
}

/** Passes a tick on, once: whoever comes second finds that the next tick is another one. */
export function fire(store: Store, order: FireOrder, limits: InsertLimits | undefined): FireAnswer {
  const { name, version, tick, draft } = order
  const before = store.schedules.get(name)
  if (before === undefined || before.version !== version || before.next !== tick) return { kind: 'taken' }
  const moved = { ...before, next: order.next }
  if (draft === undefined) return { kind: 'passed', schedule: kept(store, moved) }
  const previous = unfinished(store, before.lastTask)
  if (order.unlessUnfinished === true && previous !== undefined)
    return { kind: 'skipped', schedule: kept(store, { ...moved, skipped: before.skipped + 1 }) }
  const [result] = insert(store, [draft], limits)
  const made =
    result!.kind === 'refused'
      ? moved
      : { ...moved, last: tick, lastTask: result!.task.id, fired: before.fired + 1 }
  const schedule = kept(store, made)
  return { kind: 'fired', schedule, result: result!, ...(previous === undefined ? {} : { previous }) }
}

function unfinished(store: Store, id: string | undefined): string | undefined {
  const row = id === undefined ? undefined : store.indexes.get(id)
  return row === undefined || row.finished ? undefined : id
}

function kept(store: Store, schedule: StoredSchedule): StoredSchedule {
  const frozen = Object.freeze(schedule)
  store.schedules.set(schedule.name, frozen)
  store.rescheduled()
  return frozen
}
