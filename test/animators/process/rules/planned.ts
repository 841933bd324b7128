import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ProcessArgs, ProcessRunnerOptions } from '../../../../src/animators/process/index.ts'
import { processRules } from '../../../../src/animators/process/rules/options.ts'
import { planOf, type Plan } from '../../../../src/animators/process/rules/plan.ts'
import { MajordomoError } from '../../../../src/index.ts'

export type SomeOptions = Partial<ProcessRunnerOptions>

export function plan(args: ProcessArgs, options: SomeOptions = {}): Promise<Plan> {
  return planOf(processRules({ allow: 'any', shells: ['sh'], ...options }), args)
}

/** Each fault as one text; none where the arguments are taken. */
export async function faults(args: ProcessArgs, options: SomeOptions = {}): Promise<string[]> {
  try {
    await plan({ command: ['true'], ...args }, options)
    return []
  } catch (error) {
    if (!MajordomoError.is(error) || error.code !== 'invalid-arguments') throw error
    return error.faults.map(({ path, message }) => `${path} ${message}`)
  }
}

/** Starts what was planned, as a leader of a group of its own. */
export function start({ prefix, file, argv, uid, gid, env }: Plan, cwd = '/'): ChildProcess {
  const [first, ...rest] = [...prefix, file, ...argv]
  const account = uid === undefined ? {} : { uid, gid }
  return spawn(first!, rest, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...account })
}

export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Runs it to its end. */
export async function outcome(plan: Plan, cwd?: string): Promise<Outcome> {
  const child = start(plan, cwd)
  const told = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => (told[name] += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { ...told, code, signal }
}

export async function printed(args: ProcessArgs, options?: SomeOptions, cwd?: string): Promise<string> {
  const { stdout, stderr, code } = await outcome(await plan(args, options), cwd)
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`)
  return stdout.trim()
}

export const IS_ROOT = process.geteuid?.() === 0
