import type { FireAnswer, FireOrder, InsertLimits, ScheduleDraft, StoredSchedule } from '../contract.ts'
import { insert } from './insert.ts'
import { parsed } from './json-text.ts'
import { keyText } from './sql.ts'
import type { Store } from './store.ts'

export function schedules(store: Store): StoredSchedule[] {
  const all = store.sql.all<{ schedule: string }>('SELECT schedule FROM schedules').map(scheduleOf)
  return all.sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function putSchedule(store: Store, draft: ScheduleDraft): StoredSchedule | 'version-mismatch' {
  const { name, spec, next, ifVersion } = draft
  const before = find(store, name)
  const version = before?.version ?? 0
  if (ifVersion !== undefined && ifVersion !== version) return 'version-mismatch'
  return keep(store, {
    ...(before ?? { fired: 0, skipped: 0, createdAt: store.time }),
    name,
    spec,
    next,
    version: version + 1,
    modifiedAt: store.time,
  })
}

export function removeSchedule(store: Store, name: string): boolean {
  const wasThere = find(store, name) !== undefined
  if (!wasThere) return false
  store.sql.run('DELETE FROM schedules WHERE name = ?', keyText(name))
  store.tidings.rescheduled = true
  return true
}

/** Passes a tick on, once: whoever comes second finds that the next tick is another one. */
export function fire(store: Store, order: FireOrder, limits: InsertLimits | undefined): FireAnswer {
  const { name, version, tick, draft } = order
  const before = find(store, name)
  if (before === undefined || before.version !== version || before.next !== tick) return { kind: 'taken' }
  const moved = { ...before, next: order.next }
  if (draft === undefined) return { kind: 'passed', schedule: keep(store, moved) }
  const previous = unfinished(store, before.lastTask)
  if (order.unlessUnfinished === true && previous !== undefined)
    return { kind: 'skipped', schedule: keep(store, { ...moved, skipped: before.skipped + 1 }) }
  const [result] = insert(store, [draft], limits)
  const made =
    result!.kind === 'refused'
      ? moved
      : { ...moved, last: tick, lastTask: result!.task.id, fired: before.fired + 1 }
  const schedule = keep(store, made)
  return { kind: 'fired', schedule, result: result!, ...(previous === undefined ? {} : { previous }) }
}

function unfinished(store: Store, id: string | undefined): string | undefined {
  const row = id === undefined ? undefined : store.byId(id)
  return row === undefined || row.finished ? undefined : id
}

function find(store: Store, name: string): StoredSchedule | undefined {
  const found = store.sql.get<{ schedule: string }>(
    'SELECT schedule FROM schedules WHERE name = ?',
    keyText(name),
  )
  return found === undefined ? undefined : scheduleOf(found)
}

function keep(store: Store, schedule: StoredSchedule): StoredSchedule {
  store.sql.run(
    'INSERT OR REPLACE INTO schedules (name, schedule) VALUES (?, ?)',
    keyText(schedule.name),
    JSON.stringify(schedule),
  )
  store.tidings.rescheduled = true
  return Object.freeze(schedule)
}

function scheduleOf({ schedule }: { readonly schedule: string }): StoredSchedule {
  return parsed(schedule) as unknown as StoredSchedule
}
