import { readdirSync, readFileSync } from 'node:fs'

/** Kept free for files, listeners and whatever else the service opens: a fiftieth of all, within these bounds. */
const LEAST_RESERVE = 32
const MOST_RESERVE = 1_024

/** What is assumed where the system does not tell: the smallest limit that is usual (POSIX has 20 as its least). */
const UNKNOWN_LIMIT = 1_024

/** How many sockets the process may have beside the descriptors that others hold. */
export function socketsAllowed(ours: number): number {
  const limit = descriptorLimit()
  if (limit === Number.POSITIVE_INFINITY) return limit
  const reserve = Math.min(MOST_RESERVE, Math.max(LEAST_RESERVE, Math.floor(limit / 50)))
  return Math.max(1, limit - reserve - Math.max(0, descriptorsOpen() - ours))
}

/** The soft limit RLIMIT_NOFILE (POSIX getrlimit). */
export function descriptorLimit(): number {
  try {
    const line = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))
    return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1] ?? UNKNOWN_LIMIT)
  } catch {
    return reportedLimit()
  }
}

/** Where there is no /proc: Node's diagnostic report knows, for some milliseconds of work. */
function reportedLimit(): number {
  const report = process.report?.getReport() as
    { userLimits?: { open_files?: { soft: unknown } } } | undefined
  const soft = report?.userLimits?.open_files?.soft
  if (soft === 'unlimited') return Number.POSITIVE_INFINITY
  return typeof soft === 'number' ? soft : UNKNOWN_LIMIT
}

function descriptorsOpen(): number {
  for (const folder of ['/proc/self/fd', '/dev/fd']) {
    try {
      return readdirSync(folder).length
    } catch {
      // Not on this system.
    }
  }
  return 64
}
