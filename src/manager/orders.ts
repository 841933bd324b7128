import { invalidOption } from '../core/errors.ts'
import { subjectId, type Order, type Subject } from '../core/manager.ts'
import { known, stringIn } from '../core/options.ts'

const LONGEST_REASON = 500

/** Who does something, and why, as an engine takes it. */
export interface Orderer {
  readonly by?: string
  readonly reason?: string
}

/**
 * @param more names of options that are read elsewhere
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function orderer(order: Order, more: readonly string[] = ['reason']): Orderer {
  if (typeof order !== 'object' || order === null) throw invalidOption('order', 'an object', order)
  known(order, ['subject', ...more], '')
  const by = actorId(order.subject)
  const reason = stringIn(order.reason, 'reason', LONGEST_REASON)
  return { ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) }
}

/**
 * The id of a subject; undefined for nobody.
 * @throws {MajordomoError} `invalid-option` for what has no id that is a text
 */
export function actorId(subject: Subject | undefined): string | undefined {
  if (subject === undefined) return undefined
  const id: unknown = subject === null ? undefined : subjectId(subject)
  if (typeof id === 'string' && id !== '') return id
  throw invalidOption('subject', 'an id, or an object with an id, of at least one character', subject)
}
