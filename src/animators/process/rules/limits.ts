import { readFile } from 'node:fs/promises'
import type { Duration } from '../../../core/duration.ts'
import { milliseconds } from '../../../core/duration.ts'
import { invalidOption } from '../../../core/errors.ts'
import { booleanIn, known, wholeNumberIn } from '../../../core/options.ts'
import type { Complain } from './complain.ts'

/**
 * What a process may use, each for one process and inherited by those that it starts: the kernel's resource limits
 * (getrlimit(2)), of which only a privileged process can shed one. Linux only.
 */
export interface Limits {
  /** CPU time, counted in whole seconds, rounded up; SIGXCPU ends the process then. */
  readonly cpu?: Duration
  /** Bytes of address space, of which a program reserves far more than it uses: a Node process takes gigabytes. */
  readonly memory?: number
  /** Open files at once. */
  readonly files?: number
  /** Processes and threads that the user may have, all of them together, those outside of the task too. The kernel holds no such limit against root. */
  readonly processes?: number
  /** Bytes of each file that it writes; SIGXFSZ ends the process then. What it prints is not such a file. */
  readonly fileSize?: number
  /** Bytes of the memory image that a crash leaves; 0 for none. */
  readonly core?: number
}

export interface LimitOptions {
  /** Held against every process, and the most that a caller may ask for. None by default: those of the service go on. */
  readonly limits?: Limits
  /** Whether a caller may ask for more than `limits`, which are only the usual ones then. False by default. */
  readonly raiseLimits?: boolean
}

export type LimitName = keyof Limits

/** Limits as numbers; CPU time in seconds. */
export type CheckedLimits = Readonly<Partial<Record<LimitName, number>>>

export interface LimitRules {
  readonly limits: CheckedLimits
  readonly raiseLimits: boolean
}

/** The option of `prlimit` that sets each, and the name of each in /proc/self/limits. */
const LIMITS: Readonly<Record<LimitName, { readonly flag: string; readonly kernel: string }>> = {
  cpu: { flag: 'cpu', kernel: 'Max cpu time' },
  memory: { flag: 'as', kernel: 'Max address space' },
  files: { flag: 'nofile', kernel: 'Max open files' },
  processes: { flag: 'nproc', kernel: 'Max processes' },
  fileSize: { flag: 'fsize', kernel: 'Max file size' },
  core: { flag: 'core', kernel: 'Max core file size' },
}
const NAMES = Object.keys(LIMITS) as LimitName[]

/** @throws {MajordomoError} `invalid-option` naming the field */
export function limitRules({ limits = {}, raiseLimits }: LimitOptions): LimitRules {
  if (typeof limits !== 'object' || limits === null) throw invalidOption('limits', 'an object', limits)
  known(limits, NAMES, 'limits')
  const checked = NAMES.flatMap((name): [LimitName, number][] => {
    const value = name === 'cpu' ? seconds(limits.cpu, 'limits.cpu') : numberOf(limits[name], name)
    return value === undefined ? [] : [[name, value]]
  })
  return {
    limits: Object.freeze(Object.fromEntries(checked)),
    raiseLimits: booleanIn(raiseLimits, 'raiseLimits') ?? false,
  }
}

function numberOf(value: unknown, name: LimitName): number | undefined {
  return wholeNumberIn(value, `limits.${name}`, 0)
}

function seconds(value: Duration | undefined, field: string): number | undefined {
  if (value === undefined) return undefined
  const whole = Math.ceil(milliseconds(value, field) / 1000)
  if (whole > 0) return whole
  throw invalidOption(field, 'longer than 0', value)
}

/** The limits of one process: the caller's where it asks for any, within the host's, and else the host's. */
export function limitsOf(rules: LimitRules, asked: Limits = {}, fault: Complain): CheckedLimits {
  const chosen: Partial<Record<LimitName, number>> = { ...rules.limits }
  for (const name of NAMES) {
    const value = name === 'cpu' ? secondsOf(asked.cpu, fault) : asked[name]
    if (value === undefined) continue
    const most = rules.raiseLimits ? undefined : rules.limits[name]
    if (most === undefined || value <= most) chosen[name] = value
    else fault(`/limits/${name}`, `must be at most ${inUnits(name, most)}, got ${inUnits(name, value)}`)
  }
  return chosen
}

function secondsOf(asked: Duration | undefined, fault: Complain): number | undefined {
  try {
    return seconds(asked, 'cpu')
  } catch (error) {
    return fault('/limits/cpu', (error as Error).message)
  }
}

function inUnits(name: LimitName, value: number): string {
  return name === 'cpu' ? `${value}s` : String(value)
}

/**
 * What `prlimit` is told. A limit above what the service itself is held to is that of the service: it is already the tighter
 * one, and not everyone may shed it.
 */
export async function limitFlags(limits: CheckedLimits): Promise<readonly string[]> {
  const names = NAMES.filter((name) => limits[name] !== undefined)
  if (names.length === 0) return []
  const now = await readFile('/proc/self/limits', 'latin1').catch(() => '')
  return names.map((name) => {
    const most = hardLimit(now, LIMITS[name].kernel)
    const soft = Math.min(limits[name]!, most)
    // At the hard limit of CPU time comes SIGKILL, which tells nobody why.
    const hard = name === 'cpu' ? Math.min(soft + 1, most) : soft
    return `--${LIMITS[name].flag}=${soft}:${hard}`
  })
}

function hardLimit(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  const hard = /^ +\S+ +(\d+)/.exec(line?.slice(name.length) ?? '')?.[1]
  return hard === undefined ? Infinity : Number(hard)
}
