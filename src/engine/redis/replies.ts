import type { ErrorCode } from '../../core/errors.ts'
import type { CancelAnswer, UpdateAnswer } from '../contract.ts'

/** What scripts answer. Lua knows no difference between a list and a record, so what they answer are lists. */

/** A record, a line each: what changes, what does not, matter, reason, result, error, progress, history; empty for what is absent. */
export type View = string

/** Stored: record. Duplicate: of what, record. Refused: code, sentence. */
export type InsertReply =
  | readonly [0, view: View]
  | readonly [1, of: 'id' | 'idempotency' | 'dedup' | 'name', view: View]
  | readonly [2, code: ErrorCode, message: string]

/** Whether something was left although there was room for it, and what was claimed. */
export type ClaimReply = readonly [left: number, claims: readonly (readonly [lease: string, view: View])[]]

/** Null where the lease does not hold. */
export type WritesReply = readonly (View | null)[]

export type RenewReply = readonly ('held' | 'lost' | 'cancel')[]

export type CancelReply = readonly [outcome: CancelAnswer['outcome'], view?: View]

export type UpdateReply = readonly [
  outcome: 'changed' | Extract<UpdateAnswer, { kind: 'refused' }>['code'],
  view?: View,
]

export type RemoveReply = readonly ('removed' | 'unfinished' | 'missing')[]

/** Where to go on ('' at the end), how many were looked at, and those that fit. */
export type PageReply = readonly [
  next: string,
  seen: number,
  found: readonly (readonly [at: string, view: View])[],
]

export type TallyReply = readonly [count: number, seen: number, next: string]

/** The number of the first entry of the page and of the last of the stream, what was dropped, and the entries. */
export type OutputReply = readonly [first: number, last: number, dropped: number, entries: readonly string[]]

/** Limit and description are '' where there is none; the counts are by state. */
export type OperationReply = readonly [
  name: string,
  paused: number,
  limit: string,
  described: string,
  counts: readonly number[],
]

/** What tasks are shown by: paused operations, whether a worker was ever announced, how long this holds, the workers alive. */
export type SettingsReply = readonly [
  paused: readonly string[],
  announced: number,
  holds: number,
  workers: readonly WorkerReply[],
]

/** What it said of itself, what changes all the time, and what was asked of it. */
export type WorkerReply = readonly [id: string, draft: string, beat: string, mode: string]

/** What the engine counts of a schedule, and what the manager made of it; both JSON. */
export type ScheduleReply = readonly [name: string, state: string, spec: string]

export type FireReply =
  | readonly ['taken']
  | readonly ['passed' | 'skipped', ScheduleReply]
  | readonly ['fired', ScheduleReply, InsertReply, previous: string]
