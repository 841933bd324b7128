import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FanOutRequest } from '../../../../src/animators/fanout/index.ts'

export interface Growth {
  /** By how much the process grew at most, beyond what it took to ask the same number of good targets. */
  readonly bytes: number
  /** How many items there were. */
  readonly ended: number
}

/** The growth (RSS) of a process of its own that asks all of these at once. */
export async function grown(urls: readonly string[], source: Partial<FanOutRequest>): Promise<Growth> {
  const program = fileURLToPath(new URL('growing.ts', import.meta.url))
  const child = fork(program, [], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    child.send({ urls, source })
    const [growth] = (await Promise.race([once(child, 'message'), gone(once(child, 'exit'))])) as [Growth]
    return growth
  } finally {
    child.kill('SIGKILL')
  }
}

async function gone(exit: Promise<unknown[]>): Promise<never> {
  throw new Error(`the process that was to grow ended with ${String((await exit)[0])}`)
}
