import type { TaskOps } from '../../../core/animator.ts'
import { FailedWithResult } from '../../../core/errors.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import { ProcessError } from '../task/process-error.ts'
import { PluginAnswers, type Verdict } from './answers.ts'
import { LastLine } from './last-line.ts'
import { listening } from './listening.ts'
import { PROTOCOL } from './protocol.ts'

/** How a plug-in is started. */
export type PluginCommand = readonly [string, ...string[]]

/** Runs the executable as any other process, and turns what it says into what becomes of the task. */
export async function runPlugin(
  ops: TaskOps,
  command: PluginCommand,
  run: (ops: TaskOps<ProcessArgs>) => Promise<unknown>,
): Promise<unknown> {
  const answers = new PluginAnswers({
    progress: (progress) => ops.setProgress(progress),
    log: (level, message, fields) => ops.log(level, message, fields),
  })
  const last = new LastLine()
  const listened = listening<ProcessArgs>(
    ops,
    { command, stdin: given(ops) },
    { stdout: (bytes) => answers.add(bytes), stderr: (bytes) => last.add(bytes) },
  )
  try {
    await run(listened.ops)
    await listened.end()
  } catch (error) {
    await listened.end().catch(() => {})
    answers.end()
    throw FailedWithResult.is(error) ? failure(error, answers.verdict, last.text) : error
  }
  answers.end()
  const { verdict } = answers
  if (verdict === undefined) return undefined
  if ('error' in verdict) throw told(verdict.error, undefined)
  return verdict.result
}

/** What it reads on its standard input: one line of JSON. */
export function given(ops: TaskOps): string {
  const { id, operation, tags, createdBy } = ops.get()
  const task = { id, operation, attempt: ops.attempt, tags, createdBy }
  return `${JSON.stringify({ protocol: PROTOCOL, task, args: ops.args })}\n`
}

/** The process has failed: what it said of that is better than an exit code. What it had for a result stays with the task. */
function failure(
  failed: FailedWithResult,
  verdict: Verdict | undefined,
  lastLine: string | undefined,
): ProcessError {
  if (verdict !== undefined && 'error' in verdict) return told(verdict.error, failed)
  const stopped = failed.cause !== undefined
  const message = stopped || lastLine === undefined ? failed.message : lastLine
  return new ProcessError(message, verdict?.result, { cause: failed.cause, code: failed.code })
}

function told(
  { message, code, retry }: { readonly message: string; readonly code?: string; readonly retry?: boolean },
  failed: FailedWithResult | undefined,
): ProcessError {
  return new ProcessError(message, undefined, {
    code: code ?? failed?.code,
    ...(failed?.cause === undefined ? {} : { cause: failed.cause }),
    ...(retry === false ? { retry } : {}),
  })
}
