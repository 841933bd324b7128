import type { ProgressUpdate } from '../../../core/animator.ts'
import type { Json } from '../../../core/json.ts'
import type { LogLevel } from '../../../core/logger.ts'

/** The version of what a plug-in is given and answers; told to it as `protocol`. */
export const PROTOCOL = 1

/** The error that a plug-in tells. */
export interface PluginError {
  readonly message: string
  readonly code?: string
  /** False: the task is not tried again, whatever its retry policy says. */
  readonly retry?: boolean
}

/** One line of what a plug-in answers. */
export type Answer =
  | { readonly progress: ProgressUpdate }
  | {
      readonly log: {
        readonly level: LogLevel
        readonly message: string
        readonly fields?: Record<string, unknown>
      }
    }
  | { readonly result: Json }
  | { readonly error: PluginError }

/** What a line says; undefined for whatever is no answer. */
export function answerOf(line: string): Answer | undefined {
  // Most of what is no answer is no JSON either, and is seen so without an error being made.
  if (!line.startsWith('{')) return undefined
  const value = parsed(line)
  if (!isObject(value)) return undefined
  const names = Object.keys(value)
  if (names.length !== 1) return undefined
  const name = names[0]!
  const read = Object.hasOwn(READERS, name) ? READERS[name as keyof typeof READERS] : undefined
  return read?.(value[name])
}

const READERS = {
  progress: (value: unknown): Answer | undefined => (isProgress(value) ? { progress: value } : undefined),
  log: logOf,
  result: (value: unknown): Answer => ({ result: value as Json }),
  error: (value: unknown): Answer => ({ error: errorOf(value) }),
}

const LEVELS: ReadonlySet<unknown> = new Set<LogLevel>(['error', 'warn', 'info', 'debug'])

function logOf(value: unknown): Answer | undefined {
  if (!isObject(value) || typeof value['message'] !== 'string') return undefined
  const { level = 'info', message, fields, ...more } = value
  if (!LEVELS.has(level) || (fields !== undefined && !isObject(fields)) || !isEmpty(more)) return undefined
  return { log: { level: level as LogLevel, message, ...(fields === undefined ? {} : { fields }) } }
}

function isProgress(value: unknown): value is ProgressUpdate {
  if (!isObject(value)) return false
  const { percent, done, total, message, ...more } = value
  if (![percent, done, total].every(isAmount) || (percent !== undefined && (percent as number) > 100))
    return false
  return isEmpty(more) && !isEmpty(value) && (message === undefined || typeof message === 'string')
}

/** Whatever is told as an error is one, also in a form that is none: a failure must not look like a success. */
function errorOf(value: unknown): PluginError {
  const { message, code, retry } = isObject(value) ? value : { message: value }
  return {
    message: typeof message === 'string' ? message : JSON.stringify(value),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof retry === 'boolean' ? { retry } : {}),
  }
}

function isAmount(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value) && value >= 0)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
