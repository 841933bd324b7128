import { invalidOption } from '../../../core/errors.ts'
import type { Complain } from './complain.ts'

export interface UmaskOptions {
  /**
   * Permissions that files made by the processes do not get: octal as a text (`'027'`), or a number. A caller may choose
   * another. By default the service's own goes on.
   */
  readonly umask?: string | number
}

export interface UmaskRules {
  /** Octal. */
  readonly umask: string | undefined
}

const MOST = 0o777
const EXPECTED = `an octal text such as "027", or an integer from 0 to ${MOST}`

/** @throws {MajordomoError} `invalid-option` naming the field */
export function umaskRules({ umask }: UmaskOptions): UmaskRules {
  if (umask === undefined) return { umask }
  const octal = octalOf(umask)
  if (octal === undefined) throw invalidOption('umask', EXPECTED, umask)
  return { umask: octal }
}

/** Octal; undefined where that of the service goes on. */
export function umaskOf(rules: UmaskRules, asked: string | undefined, fault: Complain): string | undefined {
  if (asked === undefined) return rules.umask
  return octalOf(asked) ?? fault('/umask', `expected ${EXPECTED}, got ${JSON.stringify(asked)}`)
}

function octalOf(value: unknown): string | undefined {
  const number = typeof value === 'string' && /^[0-7]{1,4}$/.test(value) ? Number.parseInt(value, 8) : value
  if (!Number.isInteger(number) || (number as number) < 0 || (number as number) > MOST) return undefined
  return (number as number).toString(8).padStart(3, '0')
}
