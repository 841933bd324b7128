import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { Deadline, type Deadlines } from './deadlines.ts'

const FIRST_WAIT = 50
const LONGEST_WAIT = 5_000

/**
 * Repeats a write of runs until the engine answers: a call that throws means 'outcome unknown', and repeating it with
 * the same lease and sequence is safe. Gives up, with the error, only when the manager is closed.
 */
export async function persistently<T>(
  what: string,
  call: () => Promise<T>,
  context: { deadlines: Deadlines; logger: Logger; closed: () => boolean },
): Promise<T> {
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await call()
    } catch (error) {
      if (context.closed()) throw error
      context.logger.warn(`the engine failed to ${what}; trying again`, {
        error: messageOf(error),
        inMs: wait,
      })
      await new Promise<void>((resolve) => context.deadlines.set(new Deadline(resolve), wait))
    }
  }
}
