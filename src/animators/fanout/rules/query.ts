import { invalidOption } from '../../../core/errors.ts'
import { hiddenOption } from './hidden-option.ts'

export const MOST_PARAMETERS = 100

/** @throws {MajordomoError} `invalid-option` naming the field */
export function queryIn(value: unknown, field: string): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw hiddenOption(field, "an object such as { verbose: 'true' }")
  const entries = Object.entries(value)
  if (entries.length > MOST_PARAMETERS)
    throw invalidOption(field, `at most ${MOST_PARAMETERS} parameters`, entries.length)
  for (const [name, text] of entries) {
    // Half a surrogate pair has no percent-encoding.
    if (typeof text !== 'string' || LONE_SURROGATE.test(text) || LONE_SURROGATE.test(name))
      throw hiddenOption(`${field}.${name}`, 'a string of whole characters')
  }
  return value as Record<string, string>
}

const LONE_SURROGATE = /\p{Surrogate}/u
