import { lstat, mkdtemp, readdir } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { identityOf } from './proc.ts'

/** Start of a process where the system does not tell it. */
const UNKNOWN = '0'

/**
 * Makes a folder of this process in the system's folder for temporary files, which only its user may enter. Its name tells
 * whose it is, so that it can be removed by somebody else when this one is killed.
 * @throws the system's error
 */
export async function makeOwnFolder(kind: string): Promise<string> {
  const start = identityOf(process.pid)?.start ?? UNKNOWN
  return mkdtemp(join(tmpdir(), `${prefix(kind)}${process.pid}-${start}-${machine()}-`))
}

/**
 * Removes the folders of this kind that processes of this machine and user have left. Never throws.
 * @param remove is told the path of such a folder; what it throws is passed over
 */
export async function sweepFolders(kind: string, remove: (path: string) => Promise<void>): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!isAbandoned(kind, name)) continue
    const path = join(tmpdir(), name)
    const found = await lstat(path).catch(() => undefined)
    if (found?.isDirectory() === true && found.uid === process.getuid?.()) await remove(path).catch(() => {})
  }
}

function isAbandoned(kind: string, name: string): boolean {
  if (!name.startsWith(prefix(kind))) return false
  const [pid = '', start = '', where] = name.slice(prefix(kind).length).split('-')
  return where === machine() && /^\d+$/.test(pid) && /^\d+$/.test(start) && !isAlive(Number(pid), start)
}

/** Where the system tells no more than the pid, another process keeps the folder for a while: better than to take it from a living one. */
function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const found = start === UNKNOWN ? undefined : identityOf(pid)
  return found === undefined || found.start === start
}

function prefix(kind: string): string {
  return `majordomo-${kind}-`
}

/** Where several machines or containers share the folder, each looks after its own. */
function machine(): string {
  return hostname().replaceAll(/[^\w.]/g, '_')
}
