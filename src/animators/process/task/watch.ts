import { TimedOut, type RunAborted } from '../../../core/aborts.ts'
import type { TaskOps } from '../../../core/animator.ts'
import { readable } from '../../../core/duration.ts'
import type { HostedRun, RunEnd } from '../host/order.ts'
import type { Plan } from '../rules/plan.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import { ProcessError } from './process-error.ts'
import { inWords, processResult, type ProcessResult, type StopReason } from './result.ts'

/** Sees a process to its end: stops it when its time is over or the run is aborted, and tells what came of it. */
export async function watched(ops: TaskOps<ProcessArgs>, plan: Plan, run: HostedRun): Promise<ProcessResult> {
  let stopped: StopReason | undefined
  let timer: NodeJS.Timeout | undefined
  const stop = (why: StopReason): void => {
    stopped ??= why
    run.stop()
  }
  const aborted = (): void => stop((ops.signal.reason as RunAborted).code)
  ops.signal.addEventListener('abort', aborted)
  if (ops.signal.aborted) aborted()
  try {
    const { pid, at } = await run.started
    // One that was taken over has run for a while.
    timer = setTimeout(() => stop('timeout'), Math.max(0, at + plan.timeout - Date.now()))
    const end = await run.ended
    if (end.fault !== undefined) ops.log('warn', `its output is not complete: ${end.fault}`)
    if (end.overflowed) stopped ??= 'output-limit'
    if (end.timedOut) stopped ??= 'timeout'
    return judged(ops, plan, end, processResult(end, pid, stopped))
  } finally {
    clearTimeout(timer)
    ops.signal.removeEventListener('abort', aborted)
  }
}

function judged(ops: TaskOps<ProcessArgs>, plan: Plan, end: RunEnd, result: ProcessResult): ProcessResult {
  const message = inWords(result)
  if (result.stopped === undefined) {
    if (end.exitCode !== undefined && plan.successCodes.includes(end.exitCode)) return result
    throw new ProcessError(message, result, { code: end.signal ?? 'exit-code' })
  }
  if (result.stopped === 'timeout' && !ops.signal.aborted) {
    const cause = new TimedOut(`the process took longer than ${readable(plan.timeout)}`)
    throw new ProcessError(message, result, { cause, code: 'timeout' })
  }
  throw new ProcessError(message, result, { cause: ops.signal.reason, code: result.stopped })
}
