import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes an engine by its name; `where` is a file, or the URL of a Redis. Loads no more than it needs. */
export async function engineOf(name, where, options = {}) {
  if (name === 'sqlite') return (await import('majordomo/sqlite')).sqlite({ file: where, ...options })
  if (name === 'redis') return (await import('majordomo/redis')).redis({ connection: where, ...options })
  return (await import('majordomo')).memory(options)
}

/** A file for a database that goes with the process. */
export function scratchFile() {
  const folder = mkdtempSync(join(tmpdir(), 'majordomo-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'tasks.db')
}

/** Resolves when no task is left that has not ended. Asks seldom, so that the question is no load of its own. */
export async function allEnded(manager) {
  while ((await manager.count({ state: ['NEW', 'ACTIVE'] })) > 0)
    await new Promise((resolve) => setTimeout(resolve, 2))
}
