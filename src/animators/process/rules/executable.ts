import { access, constants, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { NamePattern, ProcessRules } from './options.ts'

/** An executable as it is started, or why it is not. */
export type Found =
  | { readonly path: string; readonly real: string }
  | { readonly fault: 'missing' | 'not-executable' | 'relative' }

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

/**
 * Whether the host lists this executable. Links are followed on both sides. The name counts as well: one file may be many
 * programs by the name that it is called with, as busybox is.
 */
export async function isAllowed(
  found: { readonly path: string; readonly real: string },
  { allow, path }: Pick<ProcessRules, 'allow' | 'path'>,
): Promise<boolean> {
  if (allow === 'any') return true
  for (const one of allow) if (await matches(found, one, path)) return true
  return false
}

async function matches(
  { path: asked, real }: { readonly path: string; readonly real: string },
  one: NamePattern,
  path: readonly string[],
): Promise<boolean> {
  if (one instanceof RegExp) return test(one, real)
  if (one.endsWith('/*')) return dirname(real) === (await realpath(one.slice(0, -1)).catch(() => undefined))
  const listed = await findExecutable(one, path)
  return 'real' in listed && listed.real === real && basename(listed.path) === basename(asked)
}

/** Expressions with the flags g or y remember where they were. */
export function test(expression: RegExp, text: string): boolean {
  expression.lastIndex = 0
  return expression.test(text)
}
