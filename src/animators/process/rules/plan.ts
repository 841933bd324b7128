import { realpath, stat } from 'node:fs/promises'
import { constants } from 'node:os'
import { isAbsolute, relative } from 'node:path'
import { readable, type Duration } from '../../../core/duration.ts'
import { InvalidArguments, type Fault } from '../../../core/errors.ts'
import { pointerToken } from '../../../core/json.ts'
import { progressPlan, type ProgressPlan } from '../progress/arguments.ts'
import { isAllowed, test, type NamePattern } from './allowed.ts'
import { boundsOf, type BoundPlan } from './bounds.ts'
import { timerIn } from './checks.ts'
import type { Complain } from './complain.ts'
import { findExecutable } from './executable.ts'
import type { ProcessRules } from './options.ts'
import type { ProcessArgs } from './schema.ts'

/** What is started, and how it is ended: arguments and the host's rules put together. */
export interface Plan extends BoundPlan, ProgressPlan {
  /** Absolute. */
  readonly file: string
  readonly argv: readonly string[]
  /** Fed to the interpreter's file, where there is a script. */
  readonly script: string | undefined
  /** Undefined: the working directory of the task. */
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | undefined
  /** ms */
  readonly timeout: number
  readonly stopSignal: NodeJS.Signals
  /** ms */
  readonly killAfter: number
  readonly successCodes: readonly number[]
  /** Bytes of stdout and stderr together beyond which the process is stopped. */
  readonly stopAt: number | undefined
  /** The newest bytes of each stream that are kept; all where it is undefined. */
  readonly keep: number | undefined
  /** Whether it waits rather than have something dropped that nobody has read. */
  readonly waits: boolean
}

/** Signals that no process can act upon, or that stop it only for a while. */
const USELESS: ReadonlySet<string> = new Set([
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGCONT',
  'SIGCHLD',
])

/**
 * Checks arguments against the host's rules and what there is on this machine.
 * @throws {InvalidArguments} naming every fault
 */
export async function planOf(rules: ProcessRules, args: ProcessArgs): Promise<Plan> {
  const faults: Fault[] = []
  const fault = (path: string, message: string): undefined => void faults.push({ path, message })
  const file = await executableOf(rules, args, fault)
  const cwd = args.cwd === undefined ? undefined : await folderOf(rules, args.cwd, fault)
  const plan: Plan = {
    file: file ?? '',
    argv: args.command?.slice(1) ?? [],
    script: args.script,
    cwd,
    env: environment(rules, args.env ?? {}, fault),
    stdin: args.stdin,
    timeout: timeoutOf(rules, args.timeout, fault),
    stopSignal: signalOf(args.stopSignal ?? 'SIGTERM', fault),
    killAfter: killAfterOf(rules, args.killAfter, fault),
    successCodes: args.successCodes ?? [0],
    ...(await boundsOf(rules, args, fault)),
    ...progressPlan(args, fault),
    ...limits(rules, args),
  }
  args.command?.forEach((part, i) => {
    if (part.includes('\0')) fault(`/command/${i}`, 'must not hold a NUL character')
  })
  if (faults.length > 0) throw new InvalidArguments(faults)
  return plan
}

async function executableOf(
  rules: ProcessRules,
  { command, script, shell }: ProcessArgs,
  fault: Complain,
): Promise<string | undefined> {
  if ((command === undefined) === (script === undefined))
    return fault('', `needs a command or a script, and ${command === undefined ? 'has none' : 'has both'}`)
  if (script !== undefined) return shellOf(rules, shell, fault)
  if (shell !== undefined) fault('/shell', 'is for a script; a command needs none')
  const name = command?.[0] ?? ''
  if (name === '') return fault('/command/0', 'must name an executable, got ""')
  const found = await findExecutable(name, rules.path)
  if ('fault' in found) return fault('/command/0', WORDS[found.fault](name, rules))
  if (await isAllowed(found, rules)) return found.path
  return fault('/command/0', `${JSON.stringify(name)} is not among the commands that this service allows`)
}

async function shellOf(
  rules: ProcessRules,
  shell: string | undefined,
  fault: Complain,
): Promise<string | undefined> {
  const name = shell ?? rules.shells[0]
  if (name === undefined || rules.shells.length === 0)
    return fault('/script', 'this service allows no scripts')
  if (!rules.shells.includes(name))
    return fault('/shell', `expected one of ${rules.shells.join(', ')}, got ${JSON.stringify(name)}`)
  const found = await findExecutable(name, rules.path)
  return 'fault' in found ? fault('/shell', WORDS[found.fault](name, rules)) : found.path
}

const WORDS = {
  missing: (name: string, { path }: ProcessRules): string =>
    isAbsolute(name)
      ? `the executable ${JSON.stringify(name)} is not found`
      : `the executable ${JSON.stringify(name)} is not found in ${path.join(':')}`,
  'not-executable': (name: string): string => `${JSON.stringify(name)} is not an executable file`,
  relative: (name: string): string => `must be an absolute path or a bare name, got ${JSON.stringify(name)}`,
}

async function folderOf(rules: ProcessRules, cwd: string, fault: Complain): Promise<string | undefined> {
  if (!isAbsolute(cwd)) return fault('/cwd', `must be an absolute path, got ${JSON.stringify(cwd)}`)
  try {
    const real = await realpath(cwd)
    for (const folder of rules.directories)
      if (isBelow(await realpath(folder).catch(() => folder), real)) {
        if ((await stat(real)).isDirectory()) return real
        return fault('/cwd', `${JSON.stringify(cwd)} is not a directory`)
      }
  } catch {
    // What does not exist and what may not be asked for are told apart only where the host allows to look.
    if (rules.directories.some((folder) => isBelow(folder, cwd)))
      return fault('/cwd', `the directory ${JSON.stringify(cwd)} is not found`)
  }
  return fault('/cwd', `${JSON.stringify(cwd)} is not in a directory that this service allows`)
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way))
}

function environment(
  rules: ProcessRules,
  asked: Readonly<Record<string, string>>,
  fault: Complain,
): Record<string, string> {
  const env: Record<string, string> = { PATH: rules.path.join(':') }
  for (const name of rules.inherit) if (process.env[name] !== undefined) env[name] = process.env[name]
  Object.assign(env, rules.set)
  for (const [name, value] of Object.entries(asked)) {
    const path = `/env/${pointerToken(name)}`
    if (!isAcceptable(name, rules.accept))
      fault(path, 'is not among the variables that this service lets callers set')
    else if (value.includes('\0')) fault(path, 'must not hold a NUL character')
    else env[name] = value
  }
  return env
}

function isAcceptable(name: string, accept: 'any' | readonly NamePattern[]): boolean {
  if (name === '' || /[=\0]/.test(name) || name.startsWith('MAJORDOMO_')) return false
  if (accept === 'any') return true
  return accept.some((one) => (one instanceof RegExp ? test(one, name) : one === name))
}

function timeoutOf(rules: ProcessRules, asked: Duration | undefined, fault: Complain): number {
  return atMost(rules.maxTimeout, duration(asked, 'timeout', rules.timeout, fault), 'timeout', fault)
}

function killAfterOf(rules: ProcessRules, asked: Duration | undefined, fault: Complain): number {
  return atMost(rules.killAfter, duration(asked, 'killAfter', rules.killAfter, fault), 'killAfter', fault)
}

function atMost(most: number, ms: number, field: string, fault: Complain): number {
  if (ms > most) fault(`/${field}`, `this service allows at most ${readable(most)}, got ${readable(ms)}`)
  return ms
}

function duration(value: Duration | undefined, field: string, usual: number, fault: Complain): number {
  if (value === undefined) return usual
  try {
    return timerIn(value, field)
  } catch (error) {
    fault(`/${field}`, (error as Error).message)
    return usual
  }
}

/** A caller may lower what the host has set, and never raise it. */
function limits(
  rules: ProcessRules,
  { outputLimit = Infinity, whenFull = rules.whenFull }: ProcessArgs,
): Pick<Plan, 'stopAt' | 'keep' | 'waits'> {
  const stopAt = lower(rules.stopAt, whenFull === 'stop' ? outputLimit : Infinity)
  const keep = lower(rules.keep, whenFull === 'stop' ? Infinity : outputLimit)
  return { stopAt, keep, waits: whenFull === 'wait' && keep !== undefined }
}

function lower(set: number | undefined, asked: number): number | undefined {
  const limit = Math.min(set ?? Infinity, asked)
  return limit === Infinity ? undefined : limit
}

function signalOf(name: string, fault: Complain): NodeJS.Signals {
  if (!(name in constants.signals)) {
    const near = `SIG${name.toUpperCase()}`
    const hint = near in constants.signals ? `; did you mean ${near}?` : ''
    fault('/stopSignal', `${JSON.stringify(name)} is not a signal of this system${hint}`)
  }
  if (USELESS.has(name)) fault('/stopSignal', `${name} ends no process`)
  return name as NodeJS.Signals
}
