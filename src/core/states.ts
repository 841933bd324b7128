/**
 * The state machine, as one table. No sequence of calls may leave it: property tests hold the manager and every engine
 * to it.
 *
 * ```
 *        create           claim               return
 *   ───────────▶ NEW ──────────────▶ ACTIVE ───────────▶ SUCCEEDED
 *                 │ ▲                 │  ▲
 *   cancel, expire│ │ retry, release  │  │ wait, resume   fail, cancel, set ─▶ FAILED, CANCELED, SKIPPED
 *                 ▼ └─────────────────┤  ▼
 *             an ended state         WAITING
 * ```
 */
export const TASK_STATES = ['NEW', 'ACTIVE', 'WAITING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'] as const

export type TaskState = (typeof TASK_STATES)[number]
export type EndState = 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'SKIPPED'

const NEXT: Readonly<Record<TaskState, readonly TaskState[]>> = {
  NEW: ['ACTIVE', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'],
  ACTIVE: ['NEW', 'WAITING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'],
  WAITING: ['NEW', 'ACTIVE', 'SUCCEEDED', 'FAILED', 'CANCELED', 'SKIPPED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELED: [],
  SKIPPED: [],
}

/** True when a task may go from `from` to `to`. */
export function canBecome(from: TaskState, to: TaskState): boolean {
  return NEXT[from].includes(to)
}

/** True for the states that nothing leaves. */
export function isEnded(state: TaskState): state is EndState {
  return state !== 'NEW' && state !== 'ACTIVE' && state !== 'WAITING'
}

/** True where a dependent may start: SKIPPED counts as done. */
export function isSuccess(state: TaskState): boolean {
  return state === 'SUCCEEDED' || state === 'SKIPPED'
}
