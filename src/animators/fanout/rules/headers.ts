import { invalidOption } from '../../../core/errors.ts'
import { hiddenOption } from './hidden-option.ts'

/** The most headers of one request. */
export const MOST_HEADERS = 100
/** The longest value of a header, in characters. */
export const LONGEST_HEADER = 16_384
/** RFC 9110, section 5.6.2 */
export const TOKEN = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$"
/** RFC 9110, section 5.5; obs-text is sent as ISO-8859-1. */
export const FIELD_VALUE = String.raw`^[\t\x20-\x7e\x80-\xff]*$`

/** Those that the connection sets itself, or that would make it one of another kind; a proxy's credentials are the host's. */
export const OF_CONNECTION = [
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const

const NAME = new RegExp(TOKEN)
const VALUE = new RegExp(FIELD_VALUE)
const REFUSED: ReadonlySet<string> = new Set(OF_CONNECTION)

/** Name, value, name, value …, as they are sent. */
export type HeaderList = readonly string[]

/**
 * The list with these headers in place of its own of the same name; a header without values only takes one away.
 * @throws {MajordomoError} `invalid-option` naming the header
 */
export function withHeaders(list: HeaderList, headers: unknown, field: string): HeaderList {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw hiddenOption(field, "an object such as { accept: 'application/json' }")
  const names = Object.keys(headers)
  if (names.length === 0) return list
  if (names.length > MOST_HEADERS) throw invalidOption(field, `at most ${MOST_HEADERS} headers`, names.length)
  const added: string[] = []
  const lower: string[] = []
  for (const name of names) {
    lower.push(headerNameIn(name, field, lower))
    const value = (headers as Record<string, unknown>)[name]
    if (Array.isArray(value))
      for (const each of value.slice(0, MOST_HEADERS)) added.push(name, valueIn(each, field, name))
    else added.push(name, valueIn(value, field, name))
  }
  return [...without(list, lower), ...added]
}

function headerNameIn(name: string, field: string, before: readonly string[]): string {
  // A whole line, `Authorization: …`, may have been taken for a name.
  if (!NAME.test(name)) throw hiddenOption(field, 'headers whose names are tokens (RFC 9110)')
  const lower = name.toLowerCase()
  if (REFUSED.has(lower)) throw hiddenOption(`${field}.${name}`, 'left out, because the connection sets it')
  if (before.includes(lower)) throw hiddenOption(`${field}.${name}`, 'there once, whatever its case')
  return lower
}

function valueIn(value: unknown, field: string, name: string): string {
  if (typeof value === 'string' && value.length <= LONGEST_HEADER && VALUE.test(value)) return value
  throw hiddenOption(
    `${field}.${name}`,
    `a string of at most ${LONGEST_HEADER} characters of ISO-8859-1 without line breaks, or an array of such`,
  )
}

function without(list: HeaderList, names: readonly string[]): HeaderList {
  const left: string[] = []
  for (let i = 0; i < list.length; i += 2)
    if (!names.includes(list[i]!.toLowerCase())) left.push(list[i]!, list[i + 1]!)
  return left
}

export function hasHeader(list: HeaderList, name: string): boolean {
  for (let i = 0; i < list.length; i += 2) if (list[i]!.toLowerCase() === name) return true
  return false
}

/** The list with one more header, unless it has one of that name. `name` is in lower case. */
export function withDefault(list: HeaderList, name: string, value: string): HeaderList {
  return hasHeader(list, name) ? list : [...list, name, value]
}

/** Names of headers, in lower case and each once. @throws {MajordomoError} `invalid-option` naming the field */
export function headerNamesIn(value: unknown, field: string): readonly string[] {
  const fits =
    Array.isArray(value) &&
    value.length <= MOST_HEADERS &&
    value.every((name) => typeof name === 'string' && NAME.test(name))
  if (!fits) throw invalidOption(field, `an array of at most ${MOST_HEADERS} names of headers`, value)
  return Object.freeze([...new Set<string>(value.map((name: string) => name.toLowerCase()))])
}
