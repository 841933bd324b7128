import type { Fault } from '../core/errors.ts'
import { pointerTokens } from '../core/json.ts'
import type { Input } from './validator.ts'

/** What express-openapi-validator throws, as far as it is read. */
interface ValidationError {
  readonly status?: number
  readonly errors?: readonly Told[]
}

interface Told {
  readonly path: string
  readonly message: string
  readonly errorCode?: string
}

/** Query parameters that the operation does not have. */
export function unknownParameters(query: object, names: ReadonlySet<string>): Fault[] {
  const known = names.size === 0 ? 'there are none here' : `there are ${[...names].join(', ')}`
  return Object.keys(query)
    .filter((name) => !names.has(name))
    .map((path) => ({ path, message: `is not a parameter; ${known}` }))
}

/** Ajv makes a number of a text such as `1e400`, and looks at no bound of a number that is not finite. */
export function endless(query: Readonly<Record<string, unknown>>): Fault[] {
  return Object.keys(query)
    .filter((name) => typeof query[name] === 'number' && !Number.isFinite(query[name]))
    .map((path) => ({ path, message: 'must be a number that can be told exactly' }))
}

/** The faults that the validator tells of, each place once. @throws whatever is no fault of the request */
export function faultsOf(error: unknown, input: Input): Fault[] {
  const { status, errors } = error as ValidationError
  if (errors === undefined || status === undefined || status >= 500) throw error
  const byPlace = new Map<string, Told[]>()
  for (const told of errors) byPlace.set(told.path, [...(byPlace.get(told.path) ?? []), told])
  return [...byPlace].map(([place, told]) => ({
    path: pathOf(place),
    message: messageOf(told, valueAt(input, place)),
  }))
}

/** `/body/tags/0` becomes `/tags/0`, `/query/limit` becomes `limit`. */
function pathOf(place: string): string {
  return place.startsWith('/body') ? place.slice('/body'.length) : pointerTokens(place).slice(1).join('.')
}

function messageOf(told: readonly Told[], came: unknown): string {
  const kind = (one: Told): string | undefined => one.errorCode?.split('.', 1)[0]
  if (told.some((one) => kind(one) === 'additionalProperties')) return 'is not a property that is taken'
  if (told.some((one) => kind(one) === 'required')) return 'is required'
  const either = told.some((one) => kind(one) === 'oneOf')
  const wishes = told.filter((one) => kind(one) !== 'oneOf').map(({ message }) => message)
  return `${[...new Set(wishes)].join(either ? ' or ' : ' and ')}, got ${shown(came)}`
}

function valueAt(input: Input, place: string): unknown {
  let at: unknown = input
  for (const token of pointerTokens(place)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, token)) return undefined
    at = (at as Record<string, unknown>)[token]
  }
  return at
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)
}
