import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** In ms: a shorter one sees more, and costs more. */
const RESOLUTION = 5

/** Runs `job`: wall time, CPU time (and how much of it in the kernel), and the longest time that the event loop was blocked, all in ms. */
export async function watched(job) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
  delays.enable()
  const used = process.cpuUsage()
  const start = performance.now()
  await job()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(used)
  // What has blocked the loop until now is seen when the loop turns once more.
  await new Promise((resolve) => setTimeout(resolve, 2 * RESOLUTION))
  delays.disable()
  return { wall, cpu: (user + system) / 1_000, kernel: system / 1_000, block: delays.max / 1e6 }
}

/**
 * The most memory that this process has had at once, in MB. The rusage of a process that was forked begins with what
 * its parent had, so Linux is asked for the one of its own.
 */
export function peakMemory() {
  if (process.platform !== 'linux') return (process.resourceUsage().maxRSS * 1_024) / 1e6
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))
  return (Number(kilobytes) * 1_024) / 1e6
}
