import type { ProgressUpdate } from '../../../core/animator.ts'

/** What a placeholder stands for. */
type Field = 'percent' | 'done' | 'total' | 'message'

interface Part {
  readonly field?: Field
  /** As it has to stand there, where it is no placeholder. */
  readonly literal: string
}

/** What is told of a progress line that does not say how far the work is. */
export type Told = { -readonly [name in Field]?: ProgressUpdate[name] }

const PLACEHOLDER = /\{(percent|done|total|message)\}/
const LONGEST_TEMPLATE = 1_000

/**
 * The form of a line that tells how far a process is, such as `{percent}% {message}`. All is literal but the placeholders:
 * `{percent}`, `{done}` and `{total}` stand for a number (digits, perhaps a point and digits), `{message}` for any text. A line
 * is looked at once from each end, so that none takes longer than another of its length, whatever stands in it.
 */
export class ProgressTemplate {
  readonly #head: readonly Part[]
  /** Behind the message, from the last one backwards; undefined where there is no message. */
  readonly #tail: readonly Part[] | undefined

  private constructor(parts: readonly Part[]) {
    const at = parts.findIndex(({ field }) => field === 'message')
    this.#head = at < 0 ? parts : parts.slice(0, at)
    this.#tail = at < 0 ? undefined : parts.slice(at + 1).reverse()
  }

  /** The template, or what is wrong with it. */
  static read(text: string): ProgressTemplate | string {
    if (text.length > LONGEST_TEMPLATE) return `must have at most ${LONGEST_TEMPLATE} characters`
    const parts = partsOf(text)
    const wrong = faultOf(parts)
    return wrong ?? new ProgressTemplate(parts)
  }

  /** What a text tells; undefined where it is not of the form. Spaces around it do not count. */
  match(text: string): ProgressUpdate | undefined {
    return this.#match(text.trim()) ?? this.#match(text)
  }

  #match(text: string): ProgressUpdate | undefined {
    const told: Told = {}
    const from = forwards(text, this.#head, told)
    if (from === undefined) return undefined
    if (this.#tail === undefined) return from === text.length ? sound(told) : undefined
    const to = backwards(text, this.#tail, told)
    if (to === undefined || to < from) return undefined
    told.message = text.slice(from, to)
    return sound(told)
  }
}

function partsOf(text: string): Part[] {
  return text
    .split(PLACEHOLDER)
    .map((part, i): Part =>
      i % 2 === 1 ? { field: part as Field, literal: `{${part}}` } : { literal: part },
    )
    .filter(({ literal }) => literal !== '')
}

/**
 * Where one placeholder ends and the next text begins must not be a matter of choice: so a line has one meaning, and is read
 * without trying.
 */
function faultOf(parts: readonly Part[]): string | undefined {
  const fields = parts.flatMap(({ field }) => (field === undefined ? [] : [field]))
  if (fields.length === 0) return 'must have a placeholder: {percent}, {done}, {total} or {message}'
  const twice = fields.find((field, i) => fields.indexOf(field) !== i)
  if (twice !== undefined) return `must not have {${twice}} twice`
  for (const [i, { field, literal }] of parts.entries()) {
    if (field === undefined) continue
    const before = parts[i - 1]
    if (before?.field !== undefined) return `must have some text between ${before.literal} and ${literal}`
    const around = `${before?.literal.at(-1) ?? ''}${parts[i + 1]?.field === undefined ? (parts[i + 1]?.literal[0] ?? '') : ''}`
    if (field !== 'message' && /[\d.]/.test(around))
      return `must have neither a digit nor a point next to ${literal}`
  }
  return undefined
}

function forwards(text: string, parts: readonly Part[], told: Told): number | undefined {
  let at = 0
  for (const { field, literal } of parts) {
    const end = field === undefined ? at + literal.length : numberEnd(text, at)
    if (field === undefined ? !text.startsWith(literal, at) : end === at) return undefined
    if (field !== undefined) told[field as 'percent'] = Number(text.slice(at, end))
    at = end
  }
  return at
}

function backwards(text: string, parts: readonly Part[], told: Told): number | undefined {
  let at = text.length
  for (const { field, literal } of parts) {
    const start = field === undefined ? at - literal.length : numberStart(text, at)
    if (field === undefined ? start < 0 || !text.startsWith(literal, start) : start === at) return undefined
    if (field !== undefined) told[field as 'percent'] = Number(text.slice(start, at))
    at = start
  }
  return at
}

/** Behind the number that begins here; here, where none does. */
function numberEnd(text: string, at: number): number {
  const whole = digitsEnd(text, at)
  if (whole === at || text[whole] !== '.') return whole
  const end = digitsEnd(text, whole + 1)
  return end === whole + 1 ? whole : end
}

function numberStart(text: string, at: number): number {
  const last = digitsStart(text, at)
  if (last === at || text[last - 1] !== '.') return last
  const start = digitsStart(text, last - 1)
  return start === last - 1 ? last : start
}

function digitsEnd(text: string, at: number): number {
  while (isDigit(text.charCodeAt(at))) at++
  return at
}

function digitsStart(text: string, at: number): number {
  while (isDigit(text.charCodeAt(at - 1))) at--
  return at
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** A line that tells of more than everything, or of a number beyond all numbers, only looks like one. */
function sound(told: Told): ProgressUpdate | undefined {
  const { percent = 0, done = 0, total = 0 } = told
  return percent <= 100 && Number.isFinite(done) && Number.isFinite(total) ? told : undefined
}
