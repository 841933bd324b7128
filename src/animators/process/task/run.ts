import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TimedOut, type RunAborted } from '../../../core/aborts.ts'
import type { TaskOps } from '../../../core/animator.ts'
import { readable } from '../../../core/duration.ts'
import { DoNotRetryError, FailedWithResult, messageOf, MajordomoError } from '../../../core/errors.ts'
import { Child, type ChildEnd } from '../host/child.ts'
import { Lines } from '../host/lines.ts'
import { identityOf, type Identity } from '../host/proc.ts'
import { killLeftover } from '../host/signals.ts'
import type { ProcessRules } from '../rules/options.ts'
import { planOf, type Plan } from '../rules/plan.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import { inWords, processResult, type ProcessResult, type StopReason } from './result.ts'

/** One run: leftovers of an earlier life ended, the process started, listened to, and what came of it told. */
export async function runProcess(
  ops: TaskOps<ProcessArgs>,
  rules: ProcessRules,
  mark: string,
): Promise<ProcessResult> {
  if (ops.attempt > 1) await endLeftover(ops)
  const plan = await planned(ops, rules)
  const folder = await mkdtemp(join(tmpdir(), 'majordomo-run-'))
  try {
    ops.signal.throwIfAborted()
    return await watched(ops, plan, folder, mark)
  } finally {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
      ops.log('warn', `its folder could not be removed: ${messageOf(error)}`),
    )
  }
}

/** What was allowed when the task was created may not be any more. */
async function planned(ops: TaskOps<ProcessArgs>, rules: ProcessRules): Promise<Plan> {
  try {
    return await planOf(rules, ops.args)
  } catch (error) {
    throw MajordomoError.is(error) ? new DoNotRetryError(error.message, { cause: error }) : error
  }
}

/** A process of this task that outlived the service's last life must not run beside the next one. */
async function endLeftover(ops: TaskOps<ProcessArgs>): Promise<void> {
  const last = (await ops.lastCheckpoint()) as Partial<Identity> | undefined
  if (typeof last?.pid !== 'number' || typeof last.start !== 'string' || typeof last.boot !== 'string') return
  if (killLeftover({ pid: last.pid, start: last.start, boot: last.boot }))
    ops.log('warn', `process ${last.pid} of an earlier attempt was still running, and was killed`)
}

async function watched(
  ops: TaskOps<ProcessArgs>,
  plan: Plan,
  folder: string,
  mark: string,
): Promise<ProcessResult> {
  const told = { stdout: 0, stderr: 0 }
  const out = { stdout: new Lines(writer(ops, 'stdout')), stderr: new Lines(writer(ops, 'stderr')) }
  let stopped: StopReason | undefined
  const stop = (why: StopReason): void => {
    stopped ??= why
    child.stop()
  }
  const startedAt = performance.now()
  const ownMark = `${mark}.${randomUUID()}`
  const child = new Child({
    ...(await invocation(plan, folder)),
    cwd: plan.cwd ?? (await ownFolder(folder)),
    env: { ...plan.env, MAJORDOMO_TASK_ID: ops.id, MAJORDOMO_RUN: ownMark },
    stdin: plan.stdin,
    stopSignal: plan.stopSignal,
    killAfter: plan.killAfter,
    mark: `MAJORDOMO_RUN=${ownMark}`,
    heard(stream, bytes) {
      told[stream] += bytes.length
      if (told.stdout + told.stderr > plan.outputLimit) stop('output-limit')
      out[stream].add(bytes)
    },
  })
  note(ops, child.pid)
  const aborted = (): void => stop((ops.signal.reason as RunAborted).code)
  ops.signal.addEventListener('abort', aborted)
  if (ops.signal.aborted) aborted()
  const timer = setTimeout(() => stop('timeout'), plan.timeout)
  try {
    const end = await child.ended
    out.stdout.end()
    out.stderr.end()
    const wall = Math.round(performance.now() - startedAt)
    const result = processResult(end, { pid: child.pid!, wall, ...told, stopped })
    return judged(ops, plan, end, result)
  } finally {
    clearTimeout(timer)
    ops.signal.removeEventListener('abort', aborted)
  }
}

function judged(ops: TaskOps<ProcessArgs>, plan: Plan, end: ChildEnd, result: ProcessResult): ProcessResult {
  const message = inWords(result)
  if (result.stopped === undefined) {
    if (end.exitCode !== undefined && plan.successCodes.includes(end.exitCode)) return result
    throw new FailedWithResult(message, result, { code: end.signal ?? 'exit-code' })
  }
  if (result.stopped === 'timeout' && !ops.signal.aborted) {
    const cause = new TimedOut(`the process took longer than ${readable(plan.timeout)}`)
    throw new FailedWithResult(message, result, { cause, code: 'timeout' })
  }
  throw new FailedWithResult(message, result, { cause: ops.signal.reason, code: result.stopped })
}

/** A script is read from a file, which may be longer than an argument. */
async function invocation(plan: Plan, folder: string): Promise<{ file: string; argv: readonly string[] }> {
  if (plan.script === undefined) return { file: plan.file, argv: plan.argv }
  const file = join(folder, 'script')
  await writeFile(file, plan.script, { mode: 0o700 })
  return { file: plan.file, argv: [file] }
}

async function ownFolder(folder: string): Promise<string> {
  return mkdtemp(join(folder, 'work-'))
}

/** So that the next attempt finds the process, should this service die. */
function note(ops: TaskOps<ProcessArgs>, pid: number | undefined): void {
  const identity = pid === undefined ? undefined : identityOf(pid)
  if (identity !== undefined) ops.checkpoint({ ...identity }).catch(() => {})
}

function writer(ops: TaskOps<ProcessArgs>, stream: 'stdout' | 'stderr'): (line: string) => void {
  const output = ops.output(stream)
  return (line) => output.write(line)
}
