import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Real processes with an engine each; those that a test leaves alive are killed after it. */
export class Children {
  readonly #started: ChildProcess[] = []

  constructor() {
    afterEach(() => {
      for (const child of this.#started.splice(0)) child.kill('SIGKILL')
    })
  }

  /** A process with an engine on the file, that says what it does, line by line. */
  start(scene: 'hold' | 'create' | 'claim' | 'note', file: string) {
    const child = spawned(scene, file)
    this.#started.push(child)
    return talking(child)
  }
}

function spawned(scene: string, file: string) {
  const path = fileURLToPath(new URL('scenes.ts', import.meta.url))
  return spawn(process.execPath, ['--import', 'tsx', path, scene, file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

function talking(child: ReturnType<typeof spawned>) {
  const lines = createInterface(child.stdout)
  const iterator = lines[Symbol.asyncIterator]()
  const exit = once(child, 'exit')
  return {
    pid: child.pid,
    line: async () => (await iterator.next()).value as string | undefined,
    /** All that it had said before it was killed. */
    async killed(): Promise<string[]> {
      child.kill('SIGKILL')
      await exit
      const rest: string[] = []
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        rest.push(next.value)
      return rest
    },
  }
}
