import type { Fault } from '../core/errors.ts'
import { DEEPEST, pointerToken } from '../core/json.ts'

/** Keys that have served to change what every object inherits. */
const POISON = new Set(['__proto__', 'constructor'])

/** What JSON can say and no schema of ours can refuse in every corner: poisoned keys, numbers beyond all bounds, bottomless nesting. */
export function suspicious(value: unknown): Fault[] {
  // Nearly every body is clean, and spelling out the place of each value costs more than looking at it.
  return isClean(value, 0) ? [] : [...faultsIn(value)]
}

function isClean(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === DEEPEST) return false
  for (const key of Object.keys(value)) {
    if (POISON.has(key) || !isClean((value as Record<string, unknown>)[key], depth + 1)) return false
  }
  return true
}

function* faultsIn(value: unknown, path = '', depth = 0): Generator<Fault> {
  if (typeof value === 'number' && !Number.isFinite(value))
    yield { path, message: 'must be a number that can be told exactly' }
  if (typeof value !== 'object' || value === null) return
  if (depth === DEEPEST) return yield { path, message: `is nested deeper than ${DEEPEST} levels` }
  for (const [key, member] of Object.entries(value)) {
    const place = `${path}/${pointerToken(key)}`
    if (POISON.has(key)) yield { path: place, message: 'is not a property name that is taken' }
    else if (typeof member === 'object' || typeof member === 'number')
      yield* faultsIn(member, place, depth + 1)
  }
}
