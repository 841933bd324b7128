import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Identity } from '../../../machine/proc.ts'
import { isFamilyFile } from './family.ts'
import { isIdentity, isOlder, ownPrefix, removeFile } from './note-files.ts'
import type { LaunchOrder, RunEnd } from './order.ts'

/** What is on disk of a process, for whoever finds it when its service was killed. */
export interface Note {
  readonly hostname: string
  readonly task: string
  readonly attempt: number
  readonly process: Identity
  /** Who listens to it. */
  readonly host: Identity
  /** On whose behalf; as long as that one lives, the process is its business alone. */
  readonly service: Identity
  /** When it was started, epoch milliseconds. */
  readonly at: number
  readonly mark: string
  readonly stopSignal: NodeJS.Signals
  /** ms */
  readonly killAfter: number
  readonly leftover: 'end' | 'adopt'
  readonly record: string
  readonly token?: string
  /** How it ended, when nobody was there to be told. */
  readonly end?: RunEnd
}

export function noteOf(
  order: LaunchOrder,
  who: Pick<Note, 'process' | 'host' | 'service'> & { readonly at: number },
): Note {
  const { task, attempt, mark, stopSignal, killAfter, leftover, record, token } = order
  return {
    hostname: hostname(),
    task,
    attempt,
    ...who,
    mark,
    stopSignal,
    killAfter,
    leftover,
    record,
    ...(token === undefined ? {} : { token }),
  }
}

export function notePath(running: string, task: string): string {
  return join(running, `${ownPrefix()}${task}.json`)
}

/** @throws the system's error: ENOSPC… */
export function writeNote(running: string, note: Note): void {
  const path = notePath(running, note.task)
  try {
    writeFileSync(path, JSON.stringify(note), { mode: 0o600 })
  } catch (error) {
    // Half a note tells nobody whose it is, and so nobody would remove it.
    removeFile(path)
    throw error
  }
}

/** Whoever reads it meanwhile sees either the note before or this one. */
export function replaceNote(running: string, note: Note): void {
  const path = notePath(running, note.task)
  const next = `${path}.${process.pid}.next`
  writeFileSync(next, JSON.stringify(note), { mode: 0o600 })
  renameSync(next, path)
}

/** The next process of the task may have been noted meanwhile: a note of another mark stays. */
export function removeNote(running: string, { task, mark }: Pick<Note, 'task' | 'mark'>): void {
  const path = notePath(running, task)
  if (readNoteFile(path)?.mark === mark) removeFile(path)
}

/** Undefined where there is none, or it is one of another machine, or it was not written to its end. */
export function readNote(running: string, task: string): Note | undefined {
  return readNoteFile(notePath(running, task))
}

/** The notes of a folder that are of this machine; what is of no use any more by its age, ms, is removed. */
export async function* notesIn(running: string, oldest: number): AsyncGenerator<Note> {
  for (const name of await readdir(running).catch(() => [])) {
    if (isFamilyFile(name)) continue
    const path = join(running, name)
    const note = name.endsWith('.json') ? readNoteFile(path) : undefined
    if (note !== undefined) yield note
    else if (await isOlder(path, oldest)) removeFile(path)
  }
}

function readNoteFile(path: string): Note | undefined {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as Note
    const sound =
      note.hostname === hostname() &&
      [note.process, note.host, note.service].every(isIdentity) &&
      typeof note.mark === 'string' &&
      note.mark.length > 'MAJORDOMO_RUN='.length
    return sound ? note : undefined
  } catch {
    return undefined
  }
}
