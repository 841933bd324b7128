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
