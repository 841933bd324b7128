import { MajordomoError, type Fault } from './errors.ts'

/** Whatever JSON (RFC 8259) can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Deeper nesting than this is refused: it serves nobody, and recursion over it could exhaust the stack. */
export const DEEPEST = 100

/** What {@link frozenJson} refuses: `fault.path` is a JSON Pointer to the value that is not JSON. */
export class NotJson extends MajordomoError {
  constructor(fault: Fault) {
    super('invalid-arguments', `${fault.path === '' ? 'the value' : fault.path} ${fault.message}`, {
      faults: [fault],
    })
  }
}

/**
 * A deeply frozen copy of a JSON value, so that no later change by the caller can reach it. Properties that are
 * `undefined` are left out and objects with `toJSON` (a Date) are asked, both as JSON.stringify does; functions,
 * symbols, bigints, NaN, infinities, cycles and `__proto__` keys are refused rather than silently lost.
 *
 * @param most the largest size taken, in characters of JSON, roughly
 * @param option what whoever may raise `most` knows it by
 * @throws {NotJson} naming the place
 */
export function frozenJson(value: unknown, most = Number.POSITIVE_INFINITY, option?: string): Json {
  const budget = { left: most, most, option }
  return copied(value, '', 0, budget)
}

/**
 * The value itself, frozen in place, from whoever has made it and gives it away: a third of the cost of a copy, and no
 * garbage. Because nothing of it is copied, it must be JSON as it is: plain objects and arrays, nothing `undefined`, no
 * `toJSON`. A getter is the one thing that is not noticed: it would go on being asked.
 *
 * @param most as for {@link frozenJson}
 * @throws {NotJson} naming the place; by then part of the value may be frozen
 */
export function givenJson(value: unknown, most = Number.POSITIVE_INFINITY): Json {
  given(value, '', 0, { left: most, most, option: undefined })
  return value as Json
}

function given(value: unknown, path: string, depth: number, budget: Budget): void {
  if (typeof value !== 'object' || value === null) {
    copied(value, path, depth, budget)
    return
  }
  if (depth >= DEEPEST)
    throw new NotJson({ path, message: `is nested deeper than ${DEEPEST} levels, or contains itself` })
  if (Array.isArray(value)) {
    spend(budget, 2 + value.length, path)
    for (let i = 0; i < value.length; i++) given(value[i], `${path}/${i}`, depth + 1, budget)
  } else givenMembers(value as Record<string, unknown>, path, depth, budget)
  Object.freeze(value)
}

function givenMembers(value: Record<string, unknown>, path: string, depth: number, budget: Budget): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if ((prototype !== Object.prototype && prototype !== null) || typeof value['toJSON'] === 'function')
    throw new NotJson({ path, message: 'must be a plain object, to be given away' })
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue
    if (key === '__proto__')
      throw new NotJson({ path: `${path}/__proto__`, message: 'is not a property name that is taken' })
    const member = value[key]
    spend(budget, key.length + 4, path)
    if (typeof member === 'object' && member !== null)
      given(member, `${path}/${pointerToken(key)}`, depth + 1, budget)
    else copiedLeaf(member, path, key, budget)
  }
}

interface Budget {
  left: number
  readonly most: number
  readonly option: string | undefined
}

const NOTHING: Json = Object.freeze({})

function copied(value: unknown, path: string, depth: number, budget: Budget): Json {
  switch (typeof value) {
    case 'string':
      spend(budget, value.length + 2, path)
      return value
    case 'boolean':
      spend(budget, 5, path)
      return value
    case 'number':
      spend(budget, 8, path)
      if (Number.isFinite(value)) return value
      throw new NotJson({ path, message: `must be a finite number, got ${value}` })
    case 'object':
      if (value === null) return null
      if (depth >= DEEPEST)
        throw new NotJson({ path, message: `is nested deeper than ${DEEPEST} levels, or contains itself` })
      if (Array.isArray(value)) return copiedArray(value, path, depth, budget)
      return copiedObject(value as Record<string, unknown>, path, depth, budget)
    default:
      throw new NotJson({
        path,
        message: `must be JSON, got ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`,
      })
  }
}

function copiedArray(value: readonly unknown[], path: string, depth: number, budget: Budget): Json {
  spend(budget, 2 + value.length, path)
  const copy: Json[] = []
  for (let i = 0; i < value.length; i++)
    copy.push(value[i] === undefined ? null : copied(value[i], `${path}/${i}`, depth + 1, budget))
  return Object.freeze(copy)
}

function copiedObject(value: Record<string, unknown>, path: string, depth: number, budget: Budget): Json {
  if (typeof value['toJSON'] === 'function') return copied(value['toJSON'](), path, depth + 1, budget)
  const copy: Record<string, Json> = {}
  let empty = true
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue
    const member = value[key]
    if (member === undefined) continue
    if (key === '__proto__')
      throw new NotJson({ path: `${path}/__proto__`, message: 'is not a property name that is taken' })
    spend(budget, key.length + 4, path)
    copy[key] =
      typeof member === 'object' && member !== null
        ? copied(member, `${path}/${pointerToken(key)}`, depth + 1, budget)
        : copiedLeaf(member, path, key, budget)
    empty = false
  }
  return empty ? NOTHING : Object.freeze(copy)
}

/** The place of a leaf is only spelled out when it is at fault: building it for each costs more than the copy. */
function copiedLeaf(member: unknown, path: string, key: string, budget: Budget): Json {
  if (typeof member === 'string') {
    if ((budget.left -= member.length + 2) >= 0) return member
  } else if (typeof member === 'number') {
    if ((budget.left -= 8) >= 0 && Number.isFinite(member)) return member
  } else if (typeof member === 'boolean' || member === null) return member
  return copied(member, `${path}/${pointerToken(key)}`, 0, budget)
}

function spend(budget: Budget, size: number, path: string): void {
  budget.left -= size
  if (budget.left >= 0) return
  const { most, option } = budget
  const raise = option === undefined ? '' : ` (option "${option}")`
  throw new NotJson({ path, message: `makes the whole larger than ${most} characters of JSON${raise}` })
}

/** Whether the value has more than so many characters of JSON, roughly. Looks no further than it must. */
export function isLargerThan(value: Json, most: number): boolean {
  return charactersLeft(value, most) < 0
}

function charactersLeft(value: Json, left: number): number {
  if (typeof value === 'string') return left - value.length - 2
  if (typeof value !== 'object' || value === null) return left - 5
  let rest = left - 2
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && rest >= 0; i++) rest = charactersLeft(value[i] as Json, rest - 1)
    return rest
  }
  for (const [key, member] of Object.entries(value)) {
    if (rest < 0) break
    rest = charactersLeft(member, rest - key.length - 4)
  }
  return rest
}

/** A property name as a token of a JSON Pointer (RFC 6901, section 3). */
export function pointerToken(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key
}

/** The tokens of a JSON Pointer. */
export function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}
