import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { usageOf, type Usage } from '../../../machine/proc.ts'
import type { LaunchOrder, RunEnd } from './order.ts'
import type { Reaper } from './reaper.ts'
import { signalGroup } from './signals.ts'

/** What is known of a process itself, apart from what it printed. */
export type ChildEnd = Pick<RunEnd, 'exitCode' | 'signal' | 'usage' | 'leftBehind' | 'wall'>

const FIRST_LOOK = 20
const LONGEST_LOOK = 1_000

/** One process with its group: started, and ended with all that came from it. */
export class Child {
  readonly #order: LaunchOrder
  readonly #reaper: Reaper
  readonly #startedAt = performance.now()
  #usage: Usage | undefined
  #look: NodeJS.Timeout | undefined
  #kill: NodeJS.Timeout | undefined
  /** When all of it has to be gone, by the machine's steady clock; undefined until it was told to stop. */
  #deadline: number | undefined
  #killed: Promise<unknown> = Promise.resolve()
  #exited = false
  readonly process: ChildProcess
  /** Settles when it has ended and nothing of it is left. */
  readonly ended: Promise<ChildEnd>

  /** @throws the system's error, as `ended` may: ENOENT, EACCES, EAGAIN, EMFILE, ENOMEM, E2BIG… */
  constructor(order: LaunchOrder, stdio: StdioOptions, reaper: Reaper) {
    this.#order = order
    this.#reaper = reaper
    const { file, argv, cwd, env, uid, gid } = order
    this.process = spawn(file, argv, {
      cwd,
      env,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      // The leader of a session and group of its own, so that all that it starts can be signalled at once.
      detached: true,
      stdio,
    })
    this.ended = this.#life()
    this.ended.catch(() => {})
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.process.pid
  }

  /** The stop signal to the whole group, and SIGKILL when that has not ended it in time. Safe to call again. */
  stop(): void {
    if (this.#exited || this.#deadline !== undefined || this.pid === undefined) return
    const { stopSignal, killAfter } = this.#order
    this.#deadline = performance.now() + killAfter
    signalGroup(this.pid, stopSignal)
    this.#kill = setTimeout(() => this.#killNow(), killAfter)
  }

  #killNow(): void {
    if (this.pid === undefined) return
    if (!this.#exited) signalGroup(this.pid, 'SIGKILL')
    this.#killed = this.#reaper.killMarked(this.#order.mark)
  }

  async #life(): Promise<ChildEnd> {
    const child = this.process
    try {
      const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(
        (resolve, reject) => {
          child.once('error', reject)
          child.once('exit', (code, signal) => resolve({ code, signal }))
          if (child.pid !== undefined) this.#watch(FIRST_LOOK)
        },
      )
      const wall = Math.round(performance.now() - this.#startedAt)
      this.#exited = true
      clearTimeout(this.#look)
      const leftBehind = await this.#clear()
      return {
        exitCode: code ?? undefined,
        signal: signal ?? undefined,
        usage: this.#usage,
        leftBehind,
        wall,
      }
    } finally {
      clearTimeout(this.#look)
      clearTimeout(this.#kill)
    }
  }

  /**
   * The leader has gone; its group may not have, and others may have left the group. When it was told to stop, all that
   * came from it has to go. Answers whether it left others of its group without having been told to stop.
   */
  async #clear(): Promise<boolean> {
    const { pid } = this
    await this.#killed
    const { stopSignal, killAfter, mark } = this.#order
    const asked = this.#deadline
    const left = pid !== undefined && (await this.#reaper.isGroupAlive(pid))
    if (left && asked === undefined) signalGroup(pid, stopSignal)
    const deadline = asked ?? performance.now() + killAfter
    const inTime = !left || (await this.#reaper.groupEnds(pid, deadline))
    if (!inTime) signalGroup(pid, 'SIGKILL')
    if (asked !== undefined) await this.#reaper.endMarked(mark, stopSignal, deadline)
    else if (!inTime) await this.#reaper.killMarked(mark)
    return left && asked === undefined
  }

  /** Nobody tells what a child has used once it is gone, so it is looked at while it lives, ever more rarely. */
  #watch(inMs: number): void {
    this.#look = setTimeout(() => {
      if (this.pid !== undefined) this.#usage = usageOf(this.pid) ?? this.#usage
      this.#watch(Math.min(2 * inMs, LONGEST_LOOK))
    }, inMs).unref()
  }
}
