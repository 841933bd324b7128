import { getPriority } from 'node:os'
import { invalidOption } from '../../../core/errors.ts'
import { known, wholeNumberIn } from '../../../core/options.ts'
import type { Complain } from './complain.ts'

/** From -20, first served, to 19, last: the scheduling priority of nice(1). */
const FIRST = -20
const LAST = 19

export interface NiceOptions {
  /**
   * How nice processes are to others, from -20 (served first) to 19 (last). A number is that of all processes. With `min` and
   * `max` a caller may choose between them, 0 and 19 by default; `usual` stands where none does, by default the service's own.
   * Only root can be less nice than the service is.
   */
  readonly nice?: number | { readonly min?: number; readonly max?: number; readonly usual?: number }
}

export interface NiceRules {
  readonly nice: { readonly min: number; readonly max: number; readonly usual: number | undefined }
}

/** @throws {MajordomoError} `invalid-option` naming the field */
export function niceRules({ nice = {} }: NiceOptions): NiceRules {
  if (typeof nice === 'number') {
    const fixed = wholeNumberIn(nice, 'nice', FIRST, LAST)!
    return { nice: { min: fixed, max: fixed, usual: fixed } }
  }
  if (typeof nice !== 'object' || nice === null) throw invalidOption('nice', 'a number or an object', nice)
  known(nice, ['min', 'max', 'usual'], 'nice')
  const min = wholeNumberIn(nice.min, 'nice.min', FIRST, LAST) ?? 0
  return {
    nice: {
      min,
      max: wholeNumberIn(nice.max, 'nice.max', min, LAST) ?? LAST,
      usual: wholeNumberIn(nice.usual, 'nice.usual', FIRST, LAST),
    },
  }
}

/**
 * By how much nicer than the service a process has to be; undefined where it is as nice.
 * @param asRoot whether the process may take what others have to be given
 */
export function nicer(
  { nice: { min, max, usual } }: NiceRules,
  asked: number | undefined,
  asRoot: boolean,
  fault: Complain,
): number | undefined {
  if (asked !== undefined && (asked < min || asked > max))
    return fault('/nice', `must be from ${min} to ${max}, got ${asked}`)
  const nice = asked ?? usual
  if (nice === undefined) return undefined
  const own = getPriority()
  if (nice < own && !asRoot)
    return fault('/nice', `must be at least ${own} for a process that is not root's, got ${nice}`)
  return nice === own ? undefined : nice - own
}
