import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { identityOf, type Identity } from '../../../machine/proc.ts'
import { isIdentity, isOlder, ownPrefix, removeFile } from './note-files.ts'

/**
 * All processes that a manager has in one way: here, or over its spawner. The mark of each begins with the id of all, so that also
 * those are found that nobody has noted: daemons of tasks that have ended, and whoever was just being started when all was killed.
 */
export interface Family {
  readonly id: string
  /** Folder in which it is noted that there is this family; it is not by default. */
  readonly running?: string
}

/** What is on disk of a family from before its first process until nobody is left of it. */
export interface FamilyNote {
  readonly hostname: string
  readonly id: string
  /** As long as that one lives, the family is its business alone. */
  readonly service: Identity
  /** Who starts and hears its processes, and looks after the family when the service has died; it may be the service. */
  readonly host: Identity
}

const SUFFIX = '.family'

/** Stands in the environment of each of them, and of all that come from them. */
export function markOf({ id }: Pick<Family, 'id'>): string {
  return `MAJORDOMO_RUN=${id}.`
}

/** Of this service. Never throws: without it, only those are found of which there is a note of their own. */
export function noteFamily({ id, running }: Family, hostPid: number): void {
  const [service, host] = [identityOf(process.pid), identityOf(hostPid)]
  if (running === undefined || service === undefined || host === undefined) return
  const note: FamilyNote = { hostname: hostname(), id, service, host }
  const path = pathOf(running, id)
  try {
    writeFileSync(path, JSON.stringify(note), { mode: 0o600 })
  } catch {
    removeFile(path)
  }
}

export function forgetFamily({ id, running }: Family): void {
  if (running !== undefined) removeFile(pathOf(running, id))
}

/** Those that services of this machine have noted; what is of no use any more by its age, ms, is removed. */
export async function* familiesIn(running: string, oldest: number): AsyncGenerator<FamilyNote> {
  for (const name of await readdir(running).catch(() => [])) {
    if (!isFamilyFile(name)) continue
    const path = join(running, name)
    const note = read(path)
    if (note !== undefined) yield note
    else if (await isOlder(path, oldest)) removeFile(path)
  }
}

/** Whether a file of the folder is such a note. */
export function isFamilyFile(name: string): boolean {
  return name.endsWith(SUFFIX)
}

function pathOf(running: string, id: string): string {
  return join(running, `${ownPrefix()}${id}${SUFFIX}`)
}

function read(path: string): FamilyNote | undefined {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as FamilyNote
    const isSound =
      note.hostname === hostname() &&
      [note.service, note.host].every(isIdentity) &&
      typeof note.id === 'string' &&
      note.id !== ''
    return isSound ? note : undefined
  } catch {
    return undefined
  }
}
