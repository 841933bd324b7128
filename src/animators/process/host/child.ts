import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { usageOf, type Usage } from './proc.ts'
import { killMarked, signalGroup } from './signals.ts'

export interface ChildOrder {
  readonly file: string
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly stdin: string | undefined
  readonly stopSignal: NodeJS.Signals
  /** ms */
  readonly killAfter: number
  /** Stands in the environment of the process, and of all that come from it. */
  readonly mark: string
  readonly heard: (stream: 'stdout' | 'stderr', bytes: Buffer) => void
}

export interface ChildEnd {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** As last seen: what it used after that is not in it. Undefined for a process that was too short to be looked at. */
  readonly usage: Usage | undefined
  /** Whether it ended by itself and left others of its group running, which were ended then. */
  readonly leftBehind: boolean
}

/** After its end, what still stands in the pipes is read for so long, ms: whoever else holds them open may never end. */
const LAST_WORDS = 500
const FIRST_LOOK = 20
const LONGEST_LOOK = 1_000

/** One process with its group: started, listened to, ended with all that came from it. */
export class Child {
  readonly #order: ChildOrder
  readonly #process: ChildProcess
  #usage: Usage | undefined
  #look: NodeJS.Timeout | undefined
  #kill: NodeJS.Timeout | undefined
  /** When all of it has to be gone, by the machine's steady clock; undefined until it was told to stop. */
  #deadline: number | undefined
  #killed: Promise<unknown> = Promise.resolve()
  #exited = false
  /** Settles when it has ended and nothing of it is left. */
  readonly ended: Promise<ChildEnd>

  /** @throws the system's error, as `ended` may: ENOENT, EACCES, EAGAIN, EMFILE, ENOMEM, E2BIG… */
  constructor(order: ChildOrder) {
    this.#order = order
    const { file, argv, cwd, env, stdin } = order
    this.#process = spawn(file, argv, {
      cwd,
      env,
      // The leader of a session and group of its own, so that all that it starts can be signalled at once.
      detached: true,
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    this.ended = this.#life()
    this.ended.catch(() => {})
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid
  }

  /** The stop signal to the whole group, and SIGKILL when that has not ended it in time. Safe to call again. */
  stop(): void {
    if (this.#exited || this.#deadline !== undefined || this.pid === undefined) return
    const { stopSignal, killAfter } = this.#order
    this.#deadline = performance.now() + killAfter
    signalGroup(this.pid, stopSignal)
    this.#kill = setTimeout(() => this.kill(), killAfter)
  }

  kill(): void {
    if (this.pid === undefined) return
    if (!this.#exited) signalGroup(this.pid, 'SIGKILL')
    this.#killed = killMarked(this.#order.mark)
  }

  async #life(): Promise<ChildEnd> {
    const child = this.#process
    const streams = (['stdout', 'stderr'] as const).map((name) => this.#listen(name))
    this.#feed()
    try {
      const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
        (resolve, reject) => {
          child.once('error', reject)
          child.once('exit', (code, signal) => resolve({ code, signal }))
          if (child.pid !== undefined) this.#watch(FIRST_LOOK)
        },
      )
      this.#exited = true
      clearTimeout(this.#look)
      const leftBehind = await this.#clear()
      await this.#lastWords(streams)
      return {
        exitCode: code ?? undefined,
        signal: signal ?? undefined,
        usage: this.#usage,
        leftBehind,
      }
    } finally {
      clearTimeout(this.#look)
      clearTimeout(this.#kill)
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
    }
  }

  /** The leader has gone; its group may not have. Answers whether it left others without having been told to stop. */
  async #clear(): Promise<boolean> {
    const { pid } = this
    await this.#killed
    if (pid === undefined || !signalGroup(pid, 0)) return false
    const { stopSignal, killAfter, mark } = this.#order
    const asked = this.#deadline
    if (asked === undefined) signalGroup(pid, stopSignal)
    const deadline = asked ?? performance.now() + killAfter
    for (let wait = 5; signalGroup(pid, 0) && performance.now() < deadline; wait = Math.min(2 * wait, 100))
      await new Promise((resolve) => setTimeout(resolve, wait))
    if (signalGroup(pid, 'SIGKILL')) await killMarked(mark)
    return asked === undefined
  }

  #listen(name: 'stdout' | 'stderr'): Promise<void> {
    // Without descriptors there is none, whatever the types say.
    const stream = this.#process[name] as Readable | null | undefined
    return new Promise((resolve) => {
      if (!stream) return resolve()
      stream.on('data', (bytes: Buffer) => this.#order.heard(name, bytes))
      stream.once('error', () => resolve())
      stream.once('close', () => resolve())
      return undefined
    })
  }

  /** A process that does not read all of it has done nothing wrong. */
  #feed(): void {
    const { stdin } = this.#process
    stdin?.on('error', () => {})
    stdin?.end(this.#order.stdin)
  }

  async #lastWords(streams: readonly Promise<void>[]): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, LAST_WORDS)))
    await Promise.race([Promise.all(streams), late])
    clearTimeout(timer)
  }

  /** Nobody tells what a child has used once it is gone, so it is looked at while it lives, ever more rarely. */
  #watch(inMs: number): void {
    this.#look = setTimeout(() => {
      if (this.pid !== undefined) this.#usage = usageOf(this.pid) ?? this.#usage
      this.#watch(Math.min(2 * inMs, LONGEST_LOOK))
    }, inMs).unref()
  }
}
