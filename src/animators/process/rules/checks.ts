import { LONGEST_TIMER } from '../../../core/clock.ts'
import { milliseconds, type Duration } from '../../../core/duration.ts'
import { invalidOption } from '../../../core/errors.ts'
import { isAbsolute } from 'node:path'
import type { NamePattern } from './allowed.ts'

/** Checks of single options. Each throws a {@link MajordomoError} `invalid-option` that names the field. */

export function oneOf<T extends string>(value: unknown, known: readonly T[], field: string): T {
  const found = known.find((one) => one === value)
  if (found === undefined) throw invalidOption(field, `'${known.join("' or '")}'`, value)
  return found
}

/**
 * A duration that a timer can wait for: a longer one would be over at once.
 * @throws {MajordomoError} `invalid-option` naming the field
 */
export function timerIn(value: Duration, field: string): number {
  const ms = milliseconds(value, field)
  if (ms > LONGEST_TIMER) throw invalidOption(field, `at most ${LONGEST_TIMER} ms (24 days)`, value)
  return ms
}

/** What a caller can never name would be allowed in vain. */
export function executables(value: unknown): 'any' | readonly NamePattern[] {
  const allow = patterns(value, 'allow')
  if (allow === 'any') return allow
  for (const [i, one] of allow.entries()) {
    const name = one instanceof RegExp ? '' : one.replace(/^(\/.*)\/\*$/, '$1')
    if (name.includes('*') || (name.includes('/') && !isAbsolute(name)))
      throw invalidOption(
        `allow/${i}`,
        'an absolute path, a folder as /opt/jobs/*, a bare name or an expression',
        one,
      )
  }
  return allow
}

export function patterns(value: unknown, field: string): 'any' | readonly NamePattern[] {
  if (value === 'any') return value
  if (!Array.isArray(value)) throw invalidOption(field, `a list of texts and expressions, or 'any'`, value)
  return Object.freeze(
    value.map((one: unknown, i) => {
      if (one instanceof RegExp || (typeof one === 'string' && one !== '')) return one
      throw invalidOption(`${field}/${i}`, 'a text or an expression', one)
    }),
  )
}

export function texts(value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value)) throw invalidOption(field, 'a list of texts', value)
  return Object.freeze(
    value.map((one: unknown, i) => {
      if (typeof one === 'string' && one !== '') return one
      throw invalidOption(`${field}/${i}`, 'a text', one)
    }),
  )
}

export function folders(value: unknown, field: string): readonly string[] {
  return texts(value, field).map((one, i) => {
    if (isAbsolute(one)) return one
    throw invalidOption(`${field}/${i}`, 'an absolute path', one)
  })
}

export function variables(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) throw invalidOption('env.set', 'an object of texts', value)
  for (const [name, one] of Object.entries(value))
    if (typeof one !== 'string') throw invalidOption(`env.set.${name}`, 'a text', one)
  return Object.freeze({ ...(value as Record<string, string>) })
}
