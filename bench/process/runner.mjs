import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { Manager } from '../../dist/src/index.js'
import { processRunner } from '../../dist/src/animators/process/index.js'

/** A manager that runs processes, `room` at once. */
export function runner(room, purgeDelay = '1h') {
  const manager = new Manager({ concurrency: room, purgeDelay })
  return manager.register('PROCESS', processRunner({ allow: 'any' }))
}

/** What a large service holds, touched page by page, so that a fork has it to copy. */
export function ballast(megabytes) {
  return Array.from({ length: megabytes }, () => Buffer.alloc(1_048_576, 1))
}

/** Does `work` so often, so many at once. */
export async function often(times, atOnce, work) {
  let left = times
  const lane = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

/** Resident memory of this process and of the Node processes that it has started, bytes. */
export function resident() {
  let bytes = process.memoryUsage.rss()
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1')
      if (Number(/^PPid:\s+(\d+)/m.exec(status)[1]) !== process.pid) continue
      if (readlinkSync(`/proc/${pid}/exe`) === process.execPath)
        bytes += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024
    } catch {
      // Gone meanwhile.
    }
  }
  return bytes
}

/** How far memory grows above what it is now, while `work` goes on, MiB. */
export async function grown(work) {
  const before = resident()
  let peak = before
  const look = setInterval(() => (peak = Math.max(peak, resident())), 20)
  await work()
  clearInterval(look)
  return (peak - before) / 1_048_576
}
