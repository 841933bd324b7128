import { inspect, stripVTControlCharacters } from 'node:util'

/** What a line of winston's becomes in a task's `log` output. */
export interface Line {
  readonly message: string
  readonly fields: Record<string, unknown> | undefined
}

/** Told elsewhere in the entry, or the same for all of a task's lines. */
const LEFT_OUT = new Set(['level', 'message', 'timestamp', 'taskId', 'operation'])

/** Deeper or longer values than these are shortened: a log line is for reading. */
const DEEPEST = 5
const MOST_MEMBERS = 100

/** The text of a line, without colours, and its other fields as plain JSON. */
export function lineOf(info: object): Line {
  return { message: textOf(Reflect.get(info, 'message')), fields: fieldsOf(info) }
}

function fieldsOf(info: object): Record<string, unknown> | undefined {
  try {
    const kept = Object.entries(info).filter(([key, value]) => !LEFT_OUT.has(key) && value !== undefined)
    const fields = Object.fromEntries(kept.map(([key, value]) => [key, plain(value, 0)]))
    const error = [info, Reflect.get(info, 'message')].find((value) => value instanceof Error)
    if (error?.stack !== undefined) fields['stack'] ??= error.stack
    return Object.keys(fields).length > 0 ? fields : undefined
  } catch (error) {
    return { note: `the fields of this line cannot be read: ${String(error)}` }
  }
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return stripVTControlCharacters(message)
  if (message instanceof Error) return message.message || message.name
  return inspect(message, { depth: DEEPEST, breakLength: Number.POSITIVE_INFINITY })
}

/** As JSON would have it, except that errors are told and nothing throws: cycles end at {@link DEEPEST}. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object') return String(value)
  if (depth >= DEEPEST) return '…'
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack ?? '', ...members(value, depth) }
  if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((member) => plain(member, depth + 1))
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), depth + 1)
  return members(value, depth)
}

function members(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).filter(([key, member]) => member !== undefined && key !== '__proto__')
  return Object.fromEntries(
    entries.slice(0, MOST_MEMBERS).map(([key, member]) => [key, plain(member, depth + 1)]),
  )
}
