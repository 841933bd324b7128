import { realpath } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { findExecutable, type Executable } from './executable.ts'

/** A text that must be met exactly, or an expression. */
export type NamePattern = string | RegExp

/** What may run, and where bare names are looked up. */
export interface AllowRules {
  readonly allow: 'any' | readonly NamePattern[]
  readonly path: readonly string[]
}

/**
 * Whether the host lists this executable. Links are followed on both sides. The name counts as well: one file may be many
 * programs by the name that it is called with, as busybox is.
 */
export async function isAllowed(found: Executable, { allow, path }: AllowRules): Promise<boolean> {
  if (allow === 'any') return true
  for (const one of allow) if (await matches(found, one, path)) return true
  return false
}

async function matches(
  { path: asked, real }: Executable,
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
