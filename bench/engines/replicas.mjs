import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('replica.mjs', import.meta.url))

/** A process that works on `operation`; `replica.mjs` says what its runs do. */
export class Replica {
  #waiting = new Map()
  #told = new Map()

  constructor(url, operation, concurrency) {
    this.process = fork(FILE, [url, operation, String(concurrency)])
    this.process.on('message', (message) => {
      const [kind] = Object.keys(message)
      const key = kind === 'ready' || kind === 'runs' ? kind : `${kind} ${message[kind]}`
      const tell = this.#waiting.get(key)
      this.#waiting.delete(key)
      if (tell === undefined) this.#told.set(key, message)
      else tell(message)
    })
  }

  static async started(...args) {
    const replica = new Replica(...args)
    await replica.#message('ready')
    return replica
  }

  /** When a run of the task began, in ms of the clock that all processes share. */
  async start(id) {
    return (await this.#message(`started ${id}`)).at
  }

  /** When a run of the task saw its signal abort. */
  async abort(id) {
    return (await this.#message(`aborted ${id}`)).at
  }

  /** Closes it; answers how many runs it had. */
  async close() {
    const exited = once(this.process, 'exit')
    this.process.send('close')
    const { runs } = await this.#message('runs')
    await exited
    return runs
  }

  async kill() {
    const exited = once(this.process, 'exit')
    this.process.kill('SIGKILL')
    await exited
  }

  async #message(key) {
    const told = this.#told.get(key)
    this.#told.delete(key)
    return told ?? new Promise((resolve) => this.#waiting.set(key, resolve))
  }
}
