import type { WorkerDraft } from '../../engine/contract.ts'
import type { Rig } from './rig.ts'
import type { Reason, TaskError } from '../../core/task.ts'

/** Reasons and errors as a manager would hand them down. */
export const RETURNED: Reason = Object.freeze({ code: 'returned', message: 'the run returned' })
export const THREW: Reason = Object.freeze({ code: 'error', message: 'disk full' })
export const FAILURE: TaskError = Object.freeze({ name: 'Error', message: 'disk full' })
export const CLOSING: Reason = Object.freeze({ code: 'shutdown', message: 'the manager is closing' })
export const FROM_OUTSIDE: Reason = Object.freeze({
  code: 'set-from-outside',
  message: 'done by hand',
  by: 'ann',
})

/** A worker as its manager would announce it. */
export function workerOf(t: Rig, wanted: Partial<WorkerDraft> = {}): WorkerDraft {
  return {
    id: 'w1',
    host: 'attic',
    pid: 4711,
    version: '1.2.3',
    operations: ['SWEEP'],
    concurrency: 4,
    running: 0,
    startedAt: t.time.now(),
    ...wanted,
  }
}
