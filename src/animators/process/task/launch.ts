import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TaskOps } from '../../../core/animator.ts'
import type { Workspace } from '../../../core/files.ts'
import type { LaunchOrder } from '../host/order.ts'
import type { Plan } from '../rules/plan.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import type { RunnerParts } from './run.ts'

/** Puts together what is started. What it reads (script, standard input) is written into the private folder of the attempt. */
export async function orderOf(
  ops: TaskOps<ProcessArgs>,
  plan: Plan,
  place: Workspace,
  { rules, mark }: RunnerParts,
): Promise<LaunchOrder> {
  const ownMark = `${mark}.${randomUUID()}`
  const { stopSignal, killAfter, stopAt, keep } = plan
  return {
    task: ops.id,
    attempt: ops.attempt,
    ...(await invocation(plan, place, ops.attempt)),
    cwd: plan.cwd ?? place.folder,
    env: environment(ops, plan, ownMark),
    stopSignal,
    killAfter,
    mark: `MAJORDOMO_RUN=${ownMark}`,
    record: place.record,
    running: place.running,
    leftover: rules.leftovers,
    ...(stopAt === undefined ? {} : { stopAt }),
    ...(keep === undefined ? {} : { keep }),
  }
}

/** What the plan says, and what we say of the run itself. */
function environment(ops: TaskOps<ProcessArgs>, plan: Plan, mark: string): Record<string, string> {
  return { ...plan.env, MAJORDOMO_TASK_ID: ops.id, MAJORDOMO_RUN: mark }
}

/** Files rather than arguments and pipes: they may be longer, and nobody has to feed them to the process. */
async function invocation(
  { file, argv, script, stdin }: Plan,
  place: Workspace,
  attempt: number,
): Promise<Pick<LaunchOrder, 'file' | 'argv' | 'stdin'>> {
  if (script === undefined && stdin === undefined) return { file, argv }
  const room = roomOf(place, attempt)
  await rm(room, { recursive: true, force: true })
  await mkdir(room, { mode: 0o700 })
  const scriptFile = join(room, 'script')
  const stdinFile = join(room, 'stdin')
  if (script !== undefined) await writeFile(scriptFile, script, { mode: 0o700 })
  if (stdin !== undefined) await writeFile(stdinFile, stdin, { mode: 0o600 })
  return {
    file,
    argv: script === undefined ? argv : [scriptFile],
    ...(stdin === undefined ? {} : { stdin: stdinFile }),
  }
}

/** Private folder of an attempt, beside the record and not in the working directory, where everybody sees what lies there. */
function roomOf(place: Workspace, attempt: number | string): string {
  return `${place.record}-run-${attempt}`
}

/** Removes the private folders of this attempt and of earlier ones. */
export async function clearRooms(place: Workspace): Promise<void> {
  const folder = dirname(place.record)
  const prefix = basename(roomOf(place, ''))
  for (const name of await readdir(folder))
    if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true })
}
