import { pointerToken, pointerTokens, type Json } from './json.ts'

/** What is shown in place of a secret. */
export const REDACTED = '[redacted]'

/**
 * The places that a JSON Schema marks `writeOnly`, as JSON Pointers into the value; `*` stands for every item of an
 * array or every property of a map.
 */
export function secretPointers(schema: unknown): readonly string[] {
  const found = new Set<string>()
  collect(schema, '', found, 0)
  return [...found]
}

function collect(schema: unknown, path: string, found: Set<string>, depth: number): void {
  if (typeof schema !== 'object' || schema === null || depth > 50) return
  const keywords = schema as Record<string, unknown>
  if (keywords['writeOnly'] === true) {
    found.add(path)
    return
  }
  for (const [key, property] of Object.entries(keywords['properties'] ?? {}))
    collect(property, `${path}/${pointerToken(key)}`, found, depth + 1)
  for (const each of ['items', 'additionalProperties']) collect(keywords[each], `${path}/*`, found, depth + 1)
  for (const [i, item] of list(keywords['prefixItems']).entries())
    collect(item, `${path}/${i}`, found, depth + 1)
  for (const each of ['allOf', 'anyOf', 'oneOf'])
    for (const part of list(keywords[each])) collect(part, path, found, depth + 1)
  for (const each of ['if', 'then', 'else']) collect(keywords[each], path, found, depth + 1)
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value with each secret replaced; the value itself where there is none. */
export function redacted(value: Json, pointers: readonly string[]): Json {
  return pointers.reduce((result, pointer) => hidden(result, pointerTokens(pointer)), value)
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
