import type { TaskOps } from '../core/animator.ts'
import { currentTask } from '../core/context.ts'

/** `Symbol.for`, so that two installed copies agree, and enumerable, so that formats that copy a line keep it. */
const RUN = Symbol.for('majordomo.run')

interface Writes {
  write(info: unknown, ...rest: unknown[]): boolean
}

/**
 * The run that a line was logged in. A line that was marked keeps its answer; another one belongs to whatever runs now.
 */
export function runOf(info: object): TaskOps | undefined {
  return RUN in info ? ((info[RUN] as TaskOps | null) ?? undefined) : currentTask()
}

/**
 * Makes `logger` mark each line with the run that logs it, at the moment of the call. Behind a transport that is slow,
 * winston holds lines back and hands them on later, in the async context of whoever comes next: without the mark they
 * would show in another task's output. winston offers no hook that early, so its `write` is wrapped, as its own
 * `child()` does. A second call changes nothing.
 */
export function markRuns(logger: Writes): void {
  if (Object.hasOwn(logger, RUN)) return
  const write = logger.write.bind(logger)
  Object.defineProperty(logger, RUN, { value: true })
  logger.write = (info, ...rest) => {
    if (typeof info === 'object' && info !== null) mark(info)
    return write(info, ...rest)
  }
}

function mark(info: object): void {
  try {
    Object.assign(info, { [RUN]: currentTask() ?? null })
  } catch {
    // A frozen line: it goes to the run that is current when it arrives.
  }
}
