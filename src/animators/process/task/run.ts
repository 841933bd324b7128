import type { TaskOps } from '../../../core/animator.ts'
import type { Workspace } from '../../../core/files.ts'
import { DoNotRetryError, messageOf, MajordomoError } from '../../../core/errors.ts'
import type { HostedRun, ProcessHost } from '../host/order.ts'
import { takeOver } from '../leftovers/take-over.ts'
import type { ProcessRules } from '../rules/options.ts'
import { planOf, type Plan } from '../rules/plan.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import { clearRooms, orderOf } from './launch.ts'
import type { ProcessResult } from './result.ts'
import { watched } from './watch.ts'

/** What the runs of an animator share. */
export interface RunnerParts {
  readonly rules: ProcessRules
  readonly host: ProcessHost
  /** Part of the mark of each of its processes. */
  readonly mark: string
}

/** One run: what an earlier attempt left is seen to, the process started, listened to, and what came of it told. */
export async function runProcess(ops: TaskOps<ProcessArgs>, parts: RunnerParts): Promise<ProcessResult> {
  const place = await ops.workspace()
  const adopted = await earlier(ops, place)
  try {
    const plan = await planned(ops, parts.rules)
    const run = adopted ?? (await started(ops, plan, place, parts))
    const observers = observersOf(place)
    const tell = (): void => observers.forEach((observer) => observer())
    run.onGrowth(tell)
    // What it printed last is not told of before its end.
    run.ended.then(tell, tell)
    return await watched(ops, plan, run)
  } catch (error) {
    adopted?.stop()
    await adopted?.ended.catch(() => {})
    throw error
  } finally {
    await clearRooms(place).catch((error: unknown) =>
      ops.log('warn', `its folder could not be removed: ${messageOf(error)}`),
    )
  }
}

/** A process of this task that outlived its service: it must not run beside the next one, and may be the next one. */
async function earlier(ops: TaskOps<ProcessArgs>, place: Workspace): Promise<HostedRun | undefined> {
  const left = await takeOver(place.running, ops.id, ops.signal)
  if (left.kind === 'ended')
    ops.log('warn', `process ${left.pid} of an earlier attempt was still running, and was ended`)
  if (left.kind !== 'adopted') return undefined
  const { process, attempt } = left.note
  ops.log('info', `process ${process.pid} of attempt ${attempt} was taken over`)
  return left.run
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
  return parts.host.launch(order)
}

/** Who is told that the record has grown. */
function observersOf(place: Workspace): readonly (() => void)[] {
  return [() => place.grew()]
}
