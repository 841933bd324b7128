import { access, constants, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/** An executable as it is started, and the file that it is, links followed. */
export interface Executable {
  readonly path: string
  readonly real: string
}

/** Or why it is none. */
export type Found = Executable | { readonly fault: 'missing' | 'not-executable' | 'relative' }

/**
 * Finds an executable as `execvp` does (POSIX, exec): a name without a slash in the folders of the host's path, in their order,
 * an absolute path as it is. A relative path is refused: what it means depends on where the process starts.
 */
export async function findExecutable(name: string, path: readonly string[]): Promise<Found> {
  if (name.includes('\0')) return { fault: 'missing' }
  if (isAbsolute(name)) return candidate(name)
  if (name.includes('/')) return { fault: 'relative' }
  let best: Found = { fault: 'missing' }
  for (const folder of path) {
    const found = await candidate(join(folder, name))
    if ('path' in found) return found
    if (found.fault === 'not-executable') best = found
  }
  return best
}

async function candidate(path: string): Promise<Found> {
  try {
    if (!(await stat(path)).isFile()) return { fault: 'not-executable' }
    await access(path, constants.X_OK)
    return { path, real: await realpath(path) }
  } catch (error) {
    return { fault: (error as NodeJS.ErrnoException).code === 'EACCES' ? 'not-executable' : 'missing' }
  }
}
