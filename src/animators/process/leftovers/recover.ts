import { familiesIn, forgetFamily, markOf, type FamilyNote } from '../host/family.ts'
import { notesIn, removeNote, type Note } from '../host/notes.ts'
import { isStill, thisBoot } from '../../../machine/proc.ts'
import { Reaper } from '../host/reaper.ts'

const DAY = 86_400_000
/** How long it is kept how a process ended whose task nobody has tried again, ms. */
const KEPT = 7 * DAY
/** Notes of other machines are theirs to remove. After so long, ms, such a machine will not come back. */
const KEPT_OF_OTHERS = 30 * DAY
/** The same of services, which may live for long without a word. */
const FAMILIES_KEPT = 365 * DAY

/**
 * Ends the processes that services of this machine have left because they were killed, with all that came from them, unless
 * somebody is there who does, or who keeps them for the next attempt. Resolves with the pids of those that it ended, when they are gone.
 * @param running folder of their notes; it may be missing
 */
export async function recover(running: string): Promise<number[]> {
  const reaper = new Reaper()
  const families = await orphanedFamilies(running)
  const ended: number[] = []
  const endings: Promise<unknown>[] = []
  for await (const note of notesIn(running, KEPT_OF_OTHERS)) {
    if (isOver(note)) removeNote(running, note)
    else if (note.end === undefined && !isStill(note.service) && !isStill(note.host))
      endings.push(
        reaper.endLeftover(note.process, note).then((found) => {
          if (found) ended.push(note.process.pid)
          return removeNote(running, note)
        }),
      )
  }
  await Promise.all(endings)
  // Those that were noted have had their signal and their time; of the others nobody knows any.
  await Promise.all(
    families.map(async ({ id }) => {
      ended.push(...(await reaper.killMarked(markOf({ id }))))
      forgetFamily({ id, running })
    }),
  )
  return ended
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
