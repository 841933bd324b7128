import type { Json } from '../../core/json.ts'

/** What was written as JSON, deeply frozen: it goes into snapshots. */
export function parsed(text: string): Json {
  const value = JSON.parse(text) as Json
  freeze(value)
  return value
}

/** The same for what may be absent. `Shape` is what was written there. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever wrote it says what it was
export function parsedIf<Shape>(text: string | null): Shape | undefined {
  return text === null ? undefined : (parsed(text) as Shape)
}

export function writtenIf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function freeze(value: Json): void {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  for (const member of Object.values(value)) freeze(member)
}
