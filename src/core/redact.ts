import { pointerToken, pointerTokens, type Json } from './json.ts'

/** What is shown in place of a secret. */
export const REDACTED = '[redacted]'

/**
 * The places that a JSON Schema marks `writeOnly`, as JSON Pointers into the value; `*` stands for every item of an
 * array or every property of a map.
 */
export function secretPointers(schema: unknown): readonly string[] {
  const search: Search = { root: schema, found: new Set(), open: new Set() }
  collect(schema, '', search)
  return [...search.found]
}

interface Search {
  readonly root: unknown
  readonly found: Set<string>
  /** The references that are being followed. */
  readonly open: Set<unknown>
}

/** Keywords whose schema describes every member of the value. */
const OF_EACH = ['items', 'contains', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems']
/** Keywords whose schema, or whose schemas, describe the value itself. */
const OF_ITSELF = ['if', 'then', 'else']
const ALL_OF_ITSELF = ['allOf', 'anyOf', 'oneOf', 'dependentSchemas']

function collect(schema: unknown, path: string, search: Search): void {
  if (typeof schema !== 'object' || schema === null) return
  const keywords = schema as Record<string, unknown>
  if (keywords['writeOnly'] === true) {
    search.found.add(path)
    return
  }
  for (const [key, property] of Object.entries(keywords['properties'] ?? {}))
    collect(property, `${path}/${pointerToken(key)}`, search)
  for (const part of [...OF_EACH.map((each) => keywords[each]), ...list(keywords['patternProperties'])])
    collect(part, `${path}/*`, search)
  for (const [i, item] of list(keywords['prefixItems']).entries()) collect(item, `${path}/${i}`, search)
  for (const each of OF_ITSELF) collect(keywords[each], path, search)
  for (const each of ALL_OF_ITSELF) for (const part of list(keywords[each])) collect(part, path, search)
  if (typeof keywords['$ref'] === 'string') follow(keywords['$ref'], path, search)
}

/**
 * A schema that comes back to itself has no end of places, and one that is referred to by an id or an anchor is not
 * looked up: where any part of the schema is secret, the whole value counts as a secret there.
 */
function follow(ref: string, path: string, search: Search): void {
  const target = at(search.root, ref)
  if (target === undefined || search.open.has(target)) {
    if (JSON.stringify(search.root).includes('"writeOnly":true')) search.found.add(path)
    return
  }
  search.open.add(target)
  collect(target, path, search)
  search.open.delete(target)
}

function at(root: unknown, ref: string): unknown {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined
  return pointerTokens(ref).reduce<unknown>(
    (value, token) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[token] : undefined,
    root,
  )
}

/** The members of an array or a map. */
function list(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}

/** The value with each secret replaced; the value itself where there is none. */
export function redacted(value: Json, pointers: readonly string[]): Json {
  return pointers.reduce((result, pointer) => hidden(result, pointerTokens(pointer)), value)
}

/** Where the value has what is shown in place of a secret, and not the secret: JSON Pointers without `*`. */
export function placeholders(value: Json, pointers: readonly string[]): readonly string[] {
  const found = new Set(pointers.flatMap((pointer) => placeholdersAt(value, pointerTokens(pointer), '')))
  return [...found]
}

function placeholdersAt(value: Json, [token, ...rest]: readonly string[], path: string): string[] {
  if (token === undefined) return value === REDACTED ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value)
    .filter(([key]) => token === '*' || token === key)
    .flatMap(([key, member]) => placeholdersAt(member, rest, `${path}/${pointerToken(key)}`))
}

function hidden(value: Json, tokens: readonly string[]): Json {
  const [token, ...rest] = tokens
  if (token === undefined) return REDACTED
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    return Object.freeze(
      value.map((item: Json, i) => (token === '*' || token === String(i) ? hidden(item, rest) : item)),
    )
  }
  const entries = Object.entries(value).map(
    ([key, member]) => [key, token === '*' || token === key ? hidden(member, rest) : member] as const,
  )
  return Object.freeze(Object.fromEntries(entries))
}
