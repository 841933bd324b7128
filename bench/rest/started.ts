import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Usage {
  /** CPU time of the process so far, µs. */
  readonly cpu: number
  /** bytes */
  readonly rss: number
}

/** A server in a process of its own. */
export class Started {
  readonly port: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  static async at(...args: string[]): Promise<Started> {
    const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), args)
    const [port] = (await once(child, 'message')) as [number]
    return new Started(child, port)
  }

  async usage(message: 'usage' | 'change' = 'usage'): Promise<Usage> {
    const answer = once(this.#child, 'message')
    this.#child.send(message)
    return ((await answer) as [Usage])[0]
  }

  stop(): void {
    this.#child.kill()
  }
}
