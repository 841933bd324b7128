import { invalidOption } from './errors.ts'

/** A length of time: a number of milliseconds, or a string such as `'250ms'`, `'10s'`, `'5m'`, `'2h'`, `'7d'`. */
export type Duration = number | string

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/** The longest duration that is taken: a thousand years. It keeps every sum of times a safe integer. */
export const LONGEST = 1000 * 365 * UNITS.d

/**
 * The duration in milliseconds.
 * @throws {MajordomoError} `invalid-option`, naming `field`, when `value` is no duration >= 0.
 */
export function milliseconds(value: unknown, field: string): number {
  const ms = typeof value === 'string' ? parsed(value) : value
  if (typeof ms === 'number' && ms >= 0 && ms <= LONGEST) return Math.round(ms)
  throw invalidOption(
    field,
    "a number of milliseconds or a string such as '250ms', '10s', '5m', '2h', '7d'",
    value,
  )
}

function parsed(text: string): number | undefined {
  const match = FORM.exec(text)
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : undefined
}

/** The duration as a person would write it: `1500` is `'1.5s'`, `600000` is `'10m'`. */
export function readable(ms: number): string {
  if (ms < UNITS.s) return `${ms}ms`
  for (const unit of ['d', 'h', 'm'] as const)
    if (ms >= UNITS[unit] && ms % UNITS[unit] === 0) return `${ms / UNITS[unit]}${unit}`
  return ms < UNITS.m ? `${Number((ms / UNITS.s).toFixed(1))}s` : `${Number((ms / UNITS.m).toFixed(1))}m`
}
