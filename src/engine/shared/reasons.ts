import type { Reason } from '../../core/task.ts'
import type { Amendment, CancelOrder } from '../contract.ts'

/** What engines say by themselves of why a task is where it is. */

export const EXPIRED: Reason = Object.freeze({
  code: 'expired',
  message: 'its time to live in the queue has passed',
})
export const INTERRUPTED: Reason = Object.freeze({
  code: 'interrupted',
  message: 'its process died, or lost its hold on it',
})

export function canceledBy({ code, message, by }: CancelOrder): Reason {
  return Object.freeze(by === undefined ? { code, message } : { code, message, by })
}

export function dependencyFailed(id: string, state: string): Reason {
  return Object.freeze({ code: 'dependency', message: `task ${id}, which it comes after, is ${state}` })
}

/** How an amendment reads among the messages. */
export function amendmentText({ state, waitingFor, message }: Amendment): string {
  const what = state === 'WAITING' && waitingFor !== undefined ? `WAITING for ${waitingFor}` : state
  if (what === undefined) return message ?? ''
  return message === undefined ? what : `${what}: ${message}`
}

/** How the request to stop reads among the messages. */
export function cancelText({ by, message }: CancelOrder): string {
  return `cancel requested${by === undefined ? '' : ` by ${by}`}: ${message}`
}
