import assert from 'node:assert/strict'
import type {
  FireAnswer,
  FireOrder,
  InsertResult,
  ScheduleDraft,
  StoredSchedule,
} from '../../engine/contract.ts'
import type { Bench, Wanted } from './bench.ts'

/** Short words for what the cases about schedules do again and again. */

/** Stores a schedule; it must not be refused. */
export async function put(t: Bench, wanted: Partial<ScheduleDraft>): Promise<StoredSchedule> {
  const schedule = await t.engine.putSchedule({ name: 'nightly', spec: {}, next: 1_000, ...wanted })
  assert.ok(schedule !== 'version-mismatch', 'the schedule was refused')
  return schedule
}

/** An order that makes a task, at the first version unless told otherwise. */
export function fireOf(t: Bench, wanted: Partial<FireOrder> & { task?: Wanted }): FireOrder {
  const { task, ...order } = wanted
  const draft = t.draft({ schedule: order.name ?? 'nightly', ...task })
  return { name: 'nightly', version: 1, tick: 1_000, next: undefined, draft, ...order }
}

export type Fired = Extract<FireAnswer, { kind: 'fired' }> & {
  readonly result: Extract<InsertResult, { kind: 'stored' }>
}

/** Fires a tick, which must make a task. */
export async function fired(t: Bench, wanted: Partial<FireOrder> & { task?: Wanted }): Promise<Fired> {
  const answer = await t.engine.fire(fireOf(t, wanted))
  assert.ok(answer.kind === 'fired', `the tick was ${answer.kind}`)
  const { result } = answer
  assert.ok(result.kind === 'stored', `the task was ${result.kind}`)
  return { ...answer, result }
}

export async function byName(t: Bench, name: string): Promise<StoredSchedule | undefined> {
  return (await t.engine.schedules()).find((each) => each.name === name)
}

/** What is undefined is as good as absent. */
export function given(schedule: Partial<StoredSchedule> | undefined): object {
  return Object.fromEntries(Object.entries(schedule ?? {}).filter(([, value]) => value !== undefined))
}
