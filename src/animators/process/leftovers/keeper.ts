import { readFileSync, writeFileSync } from 'node:fs'
import { identityOf, isStill, type Identity } from '../../../machine/proc.ts'
import { removeFile } from '../host/note-files.ts'
import { notePath, removeNote, type Note } from '../host/notes.ts'

/** Who has taken a process over. Its note is left to whoever listens to it, and writes its end there. */
interface Keeper {
  readonly service: Identity
  readonly attempt: number
  readonly mark: string
}

/** This service has taken it over, in this attempt of its task. Never throws. */
export function noteKeeper(running: string, { task, mark }: Note, attempt: number): void {
  const service = identityOf(process.pid)
  if (service === undefined) return
  const keeper: Keeper = { service, attempt, mark }
  try {
    writeFileSync(pathOf(running, task), JSON.stringify(keeper), { mode: 0o600 })
  } catch {
    // Then a second service of this machine may take the attempt for one of another machine. That is rare enough.
  }
}

/** Whether a service has taken it over that still lives. */
export function isKept(running: string, note: Note): boolean {
  const keeper = keeperOf(running, note)
  return keeper !== undefined && isStill(keeper.service)
}

/** The last attempt of its task that has had it. */
export function lastAttempt(running: string, note: Note): number {
  return keeperOf(running, note)?.attempt ?? note.attempt
}

/** Nothing of it is of interest any more. */
export function forget(running: string, note: Note): void {
  removeNote(running, note)
  removeFile(pathOf(running, note.task))
}

function keeperOf(running: string, { task, mark }: Note): Keeper | undefined {
  try {
    const keeper = JSON.parse(readFileSync(pathOf(running, task), 'utf8')) as Keeper
    return keeper.mark === mark ? keeper : undefined
  } catch {
    return undefined
  }
}

function pathOf(running: string, task: string): string {
  return `${notePath(running, task)}.keeper`
}
