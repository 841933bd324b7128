import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TaskOps } from '../../../core/animator.ts'
import type { Workspace } from '../../../core/files.ts'
import type { LaunchOrder } from '../host/order.ts'
import { insideEnvironment } from '../progress/inside.ts'
import type { Recovery } from '../leftovers/recovery.ts'
import type { ProcessRules } from '../rules/options.ts'
import type { Plan } from '../rules/plan.ts'
import type { ProcessArgs } from '../rules/schema.ts'
import { ownedBy, removeOwned } from './owned.ts'
import type { Processes } from './processes.ts'

/** What the runs of an animator share. */
export interface RunnerParts {
  readonly rules: ProcessRules
  readonly processes: Processes
  readonly recovery: Recovery
}

/** Puts together what is started. What it reads (script, standard input) is written into the private folder of the attempt. */
export async function orderOf(
  ops: TaskOps<ProcessArgs>,
  plan: Plan,
  place: Workspace,
  { rules, processes }: Pick<RunnerParts, 'rules' | 'processes'>,
): Promise<LaunchOrder> {
  const mark = processes.newMark()
  const { stopSignal, killAfter, stopAt, keep, waits, uid, gid } = plan
  const room = await newRoom(place, ops.attempt)
  const call = await invocation(plan, room)
  if (uid !== undefined && gid !== undefined)
    for (const folder of [room, place.folder]) await ownedBy(folder, uid, gid)
  return {
    task: ops.id,
    attempt: ops.attempt,
    ...call,
    cwd: plan.cwd ?? place.folder,
    env: {
      ...plan.env,
      ...insideEnvironment(ops, { url: rules.url, progressFile: progressFile(place, ops.attempt) }),
      MAJORDOMO_RUN: mark,
    },
    stopSignal,
    killAfter,
    mark: `MAJORDOMO_RUN=${mark}`,
    record: place.record,
    running: place.running,
    leftover: rules.leftovers,
    ...(stopAt === undefined ? {} : { stopAt }),
    ...(keep === undefined ? {} : { keep }),
    ...(waits ? { waits } : {}),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    // Whoever takes the process over has to accept what it was given.
    ...(rules.leftovers === 'adopt' ? { token: ops.token(), timeout: plan.timeout } : {}),
  }
}

/** Files rather than arguments and pipes: they may be longer, and nobody has to feed them to the process. */
async function invocation(
  { prefix, file, argv, script, stdin }: Plan,
  room: string,
): Promise<Pick<LaunchOrder, 'file' | 'argv' | 'stdin'>> {
  const scriptFile = join(room, 'script')
  const stdinFile = join(room, 'stdin')
  if (script !== undefined) await writeFile(scriptFile, script, { mode: 0o700 })
  if (stdin !== undefined) await writeFile(stdinFile, stdin, { mode: 0o600 })
  const [first, ...rest] = [...prefix, file, ...(script === undefined ? argv : [scriptFile])]
  return { file: first!, argv: rest, ...(stdin === undefined ? {} : { stdin: stdinFile }) }
}

/** Where a process of this attempt tells its progress. */
export function progressFile(place: Workspace, attempt: number): string {
  return join(roomOf(place, attempt), 'progress')
}

async function newRoom(place: Workspace, attempt: number): Promise<string> {
  const room = roomOf(place, attempt)
  try {
    await mkdir(room, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    await removeOwned(room)
    await mkdir(room, { mode: 0o700 })
  }
  return room
}

/** Private folder of an attempt, beside the record and not in the working directory, where everybody sees what lies there. */
function roomOf(place: Workspace, attempt: number | string): string {
  return `${place.record}-run-${attempt}`
}

/**
 * Removes the private folders of this attempt and of earlier ones. A later one may have begun already: on another machine,
 * where this one has lost its lease.
 */
export async function clearRooms(place: Workspace, attempt: number): Promise<void> {
  const rooms = attempt === 1 ? [roomOf(place, 1)] : await roomsUntil(place, attempt)
  // Most are empty; what else they may be, removeOwned knows.
  for (const room of rooms) await rmdir(room).catch(() => removeOwned(room))
}

async function roomsUntil(place: Workspace, attempt: number): Promise<string[]> {
  const folder = dirname(place.record)
  const prefix = basename(roomOf(place, ''))
  const names = await readdir(folder)
  return names
    .filter((name) => name.startsWith(prefix) && Number(name.slice(prefix.length)) <= attempt)
    .map((name) => join(folder, name))
}
