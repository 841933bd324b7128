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

/** Pointers as a tree, so that one walk finds what all of them point at. */
interface Places {
  here: boolean
  /** Below every member. */
  each: Places | undefined
  /** Below members of these names, or numbers. */
  readonly named: Map<string, Places>
}

function placesOf(pointers: readonly string[]): Places {
  const root = newPlaces()
  for (const pointer of pointers) {
    let at = root
    for (const token of pointerTokens(pointer)) {
      const below: Places = (token === '*' ? at.each : at.named.get(token)) ?? newPlaces()
      if (token === '*') at.each = below
      else at.named.set(token, below)
      at = below
    }
    at.here = true
  }
  return root
}

function newPlaces(): Places {
  return { here: false, each: undefined, named: new Map() }
}

/** The value with each secret replaced. Whatever has none is not copied: arguments may be long lists with few secrets. */
export function redacted(value: Json, pointers: readonly string[]): Json {
  return hidden(value, placesOf(pointers))
}

function hidden(value: Json, { here, each, named }: Places): Json {
  if (here) return REDACTED
  if (typeof value !== 'object' || value === null) return value
  const whole = each === undefined ? value : changed(value, Object.keys(value), () => each)
  return named.size === 0 ? whole : changed(whole as object, ownNames(whole, named), (key) => named.get(key)!)
}

type Members = Record<string, Json>

function changed(value: object, keys: Iterable<string>, below: (key: string) => Places): Json {
  let copy: Members | undefined
  for (const key of keys) {
    const member = (value as Members)[key]!
    const shown = hidden(member, below(key))
    if (shown === member) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Members
    copy[key] = shown
  }
  return copy === undefined ? (value as Json) : Object.freeze(copy)
}

/** An array's length is no member of it. */
function ownNames(value: Json, named: ReadonlyMap<string, Places>): string[] {
  return [...named.keys()].filter((name) => Object.prototype.propertyIsEnumerable.call(value, name))
}

/** Where the value has what is shown in place of a secret, and not the secret: JSON Pointers without `*`. */
export function placeholders(value: Json, pointers: readonly string[]): readonly string[] {
  const found = new Set<string>()
  findPlaceholders(value, placesOf(pointers), [], found)
  return [...found]
}

function findPlaceholders(
  value: Json,
  { here, each, named }: Places,
  path: string[],
  found: Set<string>,
): void {
  if (here && value === REDACTED) found.add(path.map((key) => `/${pointerToken(key)}`).join(''))
  if (typeof value !== 'object' || value === null) return
  const go = (key: string, below: Places): void => {
    path.push(key)
    findPlaceholders((value as Members)[key]!, below, path, found)
    path.pop()
  }
  if (each !== undefined) for (const key of Object.keys(value)) go(key, each)
  if (named.size > 0) for (const key of ownNames(value, named)) go(key, named.get(key)!)
}

/**
 * Those of the pointers at which the value has something. Arguments never change, so only these need be looked at each
 * time they are shown, and most have none: a long list of requests is looked through once.
 */
export function occurring(value: Json, pointers: readonly string[]): readonly string[] {
  return pointers.filter((pointer) => occurs(value, pointerTokens(pointer), 0))
}

function occurs(value: Json, tokens: readonly string[], depth: number): boolean {
  if (depth === tokens.length) return true
  if (typeof value !== 'object' || value === null) return false
  const token = tokens[depth]!
  if (token !== '*')
    return (
      Object.prototype.propertyIsEnumerable.call(value, token) &&
      occurs((value as Members)[token]!, tokens, depth + 1)
    )
  for (const member of Object.values(value)) if (occurs(member, tokens, depth + 1)) return true
  return false
}
