import { setTimeout as pause } from 'node:timers/promises'
import type { TaskOps } from '../../../core/animator.ts'
import { isStill, thisBoot } from '../../../machine/proc.ts'
import { readNote, type Note } from '../host/notes.ts'
import type { HostedRun } from '../host/order.ts'
import { Reaper } from '../host/reaper.ts'
import { Adopted } from './adopted.ts'
import { forget, noteKeeper } from './keeper.ts'

/** What an earlier attempt of a task has left. */
export type Leftover =
  | { readonly kind: 'none' }
  /** It was still running, and nobody was there to listen to it. */
  | { readonly kind: 'ended'; readonly pid: number }
  | { readonly kind: 'adopted'; readonly run: HostedRun; readonly note: Note }

const FIRST_LOOK = 20
const LONGEST_LOOK = 250
/** How long after its end a process should be forgotten by those who had it, ms; beyond its `killAfter`. */
const FORGOTTEN_WITHIN = 10_000

/**
 * Sees to it that no process of an earlier attempt runs beside the next one: waits for those who are ending it, or ends it, or
 * hands it over, or the end that it had meanwhile, where that is what it was started for.
 * @param next the attempt that wants to begin
 * @param reaper one for many that come at the same time
 * @throws the signal's reason
 */
export async function takeOver(
  running: string,
  next: Pick<TaskOps, 'id' | 'attempt'>,
  signal: AbortSignal,
  reaper = new Reaper(),
): Promise<Leftover> {
  const adopted = (note: Note): Leftover => {
    noteKeeper(running, note, next.attempt)
    return { kind: 'adopted', run: new Adopted(running, note, reaper), note }
  }
  let overSince: number | undefined
  for (let wait = FIRST_LOOK; ; wait = Math.min(2 * wait, LONGEST_LOOK)) {
    const note = readNote(running, next.id)
    if (note === undefined) return { kind: 'none' }
    if (!isStill(note.service)) {
      if (note.end !== undefined) return adopted(note)
      if (note.process.boot !== thisBoot() || !isStill(note.host)) return endOf(running, note, reaper)
      if (note.leftover === 'adopt') return adopted(note)
    }
    if (isStill(note.process)) overSince = undefined
    else if (performance.now() - (overSince ??= performance.now()) > note.killAfter + FORGOTTEN_WITHIN)
      return endOf(running, note, reaper)
    await pause(wait, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

async function endOf(running: string, note: Note, reaper: Reaper): Promise<Leftover> {
  const found = note.process.boot === thisBoot() && (await reaper.endLeftover(note.process, note))
  forget(running, note)
  return found ? { kind: 'ended', pid: note.process.pid } : { kind: 'none' }
}
