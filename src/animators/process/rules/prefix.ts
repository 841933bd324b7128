import { findExecutable } from './executable.ts'
import type { Complain } from './complain.ts'
import { limitFlags, type CheckedLimits } from './limits.ts'

/** Where the tools are looked up, whatever the host's path says: they bind the processes, and may not be somebody else's. */
export const TOOLS = ['/usr/bin', '/bin'] as const

export interface Bounds {
  /** Octal. */
  readonly umask: string | undefined
  /** To be added to the service's own. */
  readonly nicer: number | undefined
  readonly limits: CheckedLimits
}

/**
 * The programs through which a process is started, each of which sets one thing and then becomes the next: Node can start none
 * with these set, and what is not asked for costs nothing. The limits come last, so that only the process is held to them.
 */
export async function prefixOf(
  { umask, nicer, limits }: Bounds,
  fault: Complain,
): Promise<readonly string[]> {
  const prefix: string[] = []
  const add = async (name: string, where: string, ...args: readonly string[]): Promise<void> => {
    const tool = await toolAt(name)
    if (tool === undefined) fault(where, `needs ${name}, which is not found in ${TOOLS.join(':')}`)
    else prefix.push(tool, ...args)
  }
  if (umask !== undefined) await add('sh', '/umask', '-c', 'umask "$1" && shift && exec "$@"', 'sh', umask)
  if (nicer !== undefined) await add('nice', '/nice', '-n', String(nicer))
  const flags = await limitFlags(limits)
  if (flags.length > 0) await add('prlimit', '/limits', ...flags, '--')
  return prefix
}

/** The absolute path of a tool of the system; undefined where it is missing. */
export async function toolAt(name: string): Promise<string | undefined> {
  const found = await findExecutable(name, TOOLS)
  return 'path' in found ? found.path : undefined
}
