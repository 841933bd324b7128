import { isStill, thisBoot } from '../../../machine/proc.ts'
import { familiesIn, forgetFamily, markOf, type FamilyNote } from '../host/family.ts'
import { notesIn, type Note } from '../host/notes.ts'
import { Reaper } from '../host/reaper.ts'
import { Adopted } from './adopted.ts'
import { forget, isKept, lastAttempt } from './keeper.ts'

const DAY = 86_400_000
/** How long it is kept how a process ended whose task nobody has tried again, ms. */
const KEPT = 7 * DAY
/** Notes of other machines are theirs to remove. After so long, ms, such a machine will not come back. */
const KEPT_OF_OTHERS = 30 * DAY
/** The same of services, which may live for long without a word. */
const FAMILIES_KEPT = 365 * DAY

export interface Recovered {
  /** The pids of those that were ended. */
  readonly ended: readonly number[]
  /** How many wait to be taken over by an attempt of their task. */
  readonly waiting: number
}

/**
 * Ends the processes that services of this machine have left because they were killed, with all that came from them, unless
 * somebody is there who does, or who keeps them for the next attempt. Resolves when they are gone.
 * @param running folder of their notes; it may be missing
 * @param isWanted whether an attempt may come that takes it over; it is told the last one that had it
 */
export async function recover(
  running: string,
  isWanted: (note: Note, attempt: number) => Promise<boolean> = () => Promise.resolve(true),
): Promise<Recovered> {
  const reaper = new Reaper()
  const families = await orphanedFamilies(running)
  const ended: number[] = []
  let waiting = 0
  const endAlone = async (note: Note): Promise<void> => {
    if (await reaper.endLeftover(note.process, note)) ended.push(note.process.pid)
    forget(running, note)
  }
  /** It has somebody who listens to it, or has had until its end. */
  const endUnwanted = async (note: Note): Promise<void> => {
    if (await isWanted(note, lastAttempt(running, note))) {
      if (note.end === undefined) waiting++
      return
    }
    const left = new Adopted(running, note, reaper)
    left.stop()
    await left.ended.catch(() => {})
    if (note.end === undefined) ended.push(note.process.pid)
  }
  const endings: Promise<void>[] = []
  for await (const note of notesIn(running, KEPT_OF_OTHERS)) {
    if (isOver(note)) forget(running, note)
    else if (isStill(note.service)) continue
    else if (note.end === undefined && !isStill(note.host)) endings.push(endAlone(note))
    else if (note.leftover === 'adopt' && !isKept(running, note)) endings.push(endUnwanted(note))
  }
  await Promise.all(endings)
  // Those that were noted have had their signal and their time; of the others nobody knows any.
  await Promise.all(
    families.map(async ({ id }) => {
      ended.push(...(await reaper.killMarked(markOf({ id }))))
      forgetFamily({ id, running })
    }),
  )
  return { ended, waiting }
}

/** Whether a service of this machine was killed, and something of it may still be there. */
export async function hasLeftovers(running: string): Promise<boolean> {
  for await (const { service } of familiesIn(running, FAMILIES_KEPT)) if (!isStill(service)) return true
  return false
}

/** Those that nobody looks after any more: neither their service nor whoever started them. */
async function orphanedFamilies(running: string): Promise<FamilyNote[]> {
  const found: FamilyNote[] = []
  for await (const note of familiesIn(running, FAMILIES_KEPT))
    if (!isStill(note.service) && !isStill(note.host)) found.push(note)
  return found
}

/** Neither it nor its end is of interest any more. */
function isOver({ process, end, at }: Note): boolean {
  return end === undefined ? process.boot !== thisBoot() : Date.now() - (at + end.wall) > KEPT
}
