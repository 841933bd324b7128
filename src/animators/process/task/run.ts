import { once } from 'node:events'
import type { TaskOps } from '../../../core/animator.ts'
import type { Workspace } from '../../../core/files.ts'
import { DoNotRetryError, messageOf, MajordomoError } from '../../../core/errors.ts'
import type { HostedRun } from '../host/order.ts'
import { takeOver } from '../leftovers/take-over.ts'
import { ProgressWatch } from '../progress/watch.ts'
import type { ProcessRules } from '../rules/options.ts'
import { planOf, type Plan } from '../rules/plan.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import { clearRooms, orderOf, progressFile, type RunnerParts } from './launch.ts'
import type { ProcessResult } from './result.ts'
import { watched } from './watch.ts'

/** One run: what an earlier attempt left is seen to, the process started, listened to, and what came of it told. */
export async function runProcess(ops: TaskOps<ProcessArgs>, parts: RunnerParts): Promise<ProcessResult> {
  const place = await ops.workspace()
  const adopted = await earlier(ops, place, parts)
  let progress: ProgressWatch | undefined
  try {
    const plan = await planned(ops, parts.rules)
    progress = new ProgressWatch(ops, plan, {
      record: place.record,
      file: progressFile(place, adopted?.attempt ?? ops.attempt),
    })
    await progress.begin()
    const run = adopted?.run ?? (await started(ops, plan, place, parts))
    const observers = [() => place.grew(), () => progress?.grew()]
    const tell = (): void => observers.forEach((observer) => observer())
    run.onGrowth(tell)
    // What it printed last is not told of before its end.
    run.ended.then(tell, tell)
    return await watched(ops, plan, run)
  } catch (error) {
    adopted?.run.stop()
    await adopted?.run.ended.catch(() => {})
    throw error
  } finally {
    await progress?.end()
    await clearRooms(place, ops.attempt).catch((error: unknown) =>
      ops.log('warn', `its folder could not be removed: ${messageOf(error)}`),
    )
  }
}

interface Adopted {
  readonly run: HostedRun
  readonly attempt: number
}

/** A process of this task that outlived its service: it must not run beside the next one, and may be the next one. */
async function earlier(
  ops: TaskOps<ProcessArgs>,
  place: Workspace,
  { processes, recovery }: RunnerParts,
): Promise<Adopted | undefined> {
  if (ops.attempt > 1) await Promise.race([recovery.again(), once(ops.signal, 'abort')])
  const left = await takeOver(place.running, ops, ops.signal, processes.reaper)
  if (left.kind === 'ended')
    ops.log('warn', `process ${left.pid} of an earlier attempt was still running, and was ended`)
  if (left.kind !== 'adopted') return undefined
  const { process, attempt, token } = left.note
  ops.log('info', `process ${process.pid} of attempt ${attempt} was taken over`)
  if (token !== undefined) ops.token(token)
  return { run: left.run, attempt }
}

/** What was allowed when the task was created may not be any more. */
async function planned(ops: TaskOps<ProcessArgs>, rules: ProcessRules): Promise<Plan> {
  try {
    return await planOf(rules, ops.args)
  } catch (error) {
    throw MajordomoError.is(error) ? new DoNotRetryError(error.message, { cause: error }) : error
  }
}

async function started(
  ops: TaskOps<ProcessArgs>,
  plan: Plan,
  place: Workspace,
  parts: RunnerParts,
): Promise<HostedRun> {
  const order = await orderOf(ops, plan, place, parts)
  ops.signal.throwIfAborted()
  return parts.processes.host.launch(order)
}
