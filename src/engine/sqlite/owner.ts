import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Beside the database lies a note of who has it, so that somebody who finds it locked is told by whom. It locks nothing:
 * after a kill it stays behind and is wrong, and nobody minds until the file is locked again.
 */
const noteOf = (file: string): string => `${file}-owner`

export function own(file: string): void {
  const note = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  quietly(() => writeFileSync(noteOf(file), `${JSON.stringify(note)}\n`))
}

export function disown(file: string): void {
  quietly(() => rmSync(noteOf(file), { force: true }))
}

/** Who has the file, in words; undefined where that cannot be told. */
export function ownerOf(file: string): string | undefined {
  return quietly(() => {
    const { pid, host, since } = JSON.parse(readFileSync(noteOf(file), 'utf8')) as Record<string, unknown>
    if (host === hostname() && pid === process.pid) return 'this process'
    return `process ${String(pid)} on ${String(host)} since ${String(since)}`
  })
}

/** The note is a kindness; a folder that takes no note must not keep anybody from working. */
function quietly<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
