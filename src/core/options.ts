import { MajordomoError, invalidOption } from './errors.ts'

/**
 * The pieces that the normalisers of options are made of. Each answers undefined for undefined, so that a default
 * stands where the option is read, and throws `invalid-option` naming the field for anything that does not fit.
 */

/** Refuses a property that no one reads, naming the nearest right one. */
export function known(options: object, names: Iterable<string>, owner: string): void {
  const set = names instanceof Set ? (names as ReadonlySet<string>) : new Set(names)
  for (const name of Object.keys(options)) {
    if (set.has(name)) continue
    const near = nearest(name, [...set])
    const hint = near === undefined ? `it takes ${[...set].join(', ')}` : `did you mean "${near}"?`
    const message = `"${owner === '' ? '' : `${owner}.`}${name}" is not an option; ${hint}`
    throw new MajordomoError('invalid-option', message, { faults: [{ path: name, message }] })
  }
}

export function wholeNumberIn(
  value: unknown,
  field: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (
    value === undefined ||
    (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
  )
    return value as number | undefined
  throw invalidOption(field, `an integer ${range(least, most, Number.MAX_SAFE_INTEGER)}`, value)
}

export function numberIn(value: unknown, field: string, least: number, most: number): number | undefined {
  if (value === undefined || (typeof value === 'number' && value >= least && value <= most)) return value
  throw invalidOption(field, `a number ${range(least, most, Number.POSITIVE_INFINITY)}`, value)
}

export function booleanIn(value: unknown, field: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw invalidOption(field, 'true or false', value)
}

export function stringIn(value: unknown, field: string, longest: number): string | undefined {
  if (value === undefined || (typeof value === 'string' && value.length > 0 && value.length <= longest))
    return value
  throw invalidOption(field, `a string of 1 to ${longest} characters`, value)
}

/** Tags, each once; frozen. */
export function tagsIn(value: unknown, field: string, most: number): readonly string[] | undefined {
  if (value === undefined) return undefined
  const fits =
    Array.isArray(value) &&
    value.length <= most &&
    value.every((tag) => typeof tag === 'string' && tag.length > 0 && tag.length <= 100)
  if (!fits) throw invalidOption(field, `an array of at most ${most} strings of 1 to 100 characters`, value)
  return Object.freeze([...new Set<string>(value)])
}

export function functionIn<F>(value: F, field: string): F {
  if (value === undefined || typeof value === 'function') return value
  throw invalidOption(field, 'a function', value)
}

function range(least: number, most: number, endless: number): string {
  return most === endless ? `>= ${least}` : `from ${least} to ${most}`
}

function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names.map((other) => ({
    other,
    distance: distance(name.toLowerCase(), other.toLowerCase()),
  }))
  ranked.sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.other : undefined
}

/** How many letters have to be added, taken away or changed to make `b` of `a` (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
