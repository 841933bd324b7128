import { closeSync, openSync } from 'node:fs'
import { messageOf } from '../../../core/errors.ts'
import { identityOf, type Identity } from '../../../machine/proc.ts'
import { Capture, PipeMissing } from './capture.ts'
import { Child } from './child.ts'
import type { Fifos } from './fifos.ts'
import { noteOf, removeNote, replaceNote, writeNote, type Note } from './notes.ts'
import type { HostedRun, LaunchOrder, RunEnd, Started } from './order.ts'
import type { Reaper } from './reaper.ts'

/** What the runs of a host have in common. */
export interface Surroundings {
  readonly fifos: Fifos
  /** Where bytes are read to, of all of them. */
  readonly room: Uint8Array
  readonly reaper: Reaper
  /** This process. Undefined where the system does not tell. */
  readonly host: Identity | undefined
  /** The one on whose behalf processes run; it may be this one. */
  readonly service: Identity | undefined
}

/** After its end, what still stands in the pipes is read for so long, ms: whoever else holds them open may never end. */
const LAST_WORDS = 500
const GROWTH_STEP = 50

/** One process that is started and listened to by this one. */
export class LocalRun implements HostedRun {
  readonly #order: LaunchOrder
  readonly #around: Surroundings
  readonly #captures: Capture[] = []
  #child: Child | undefined
  #note: Note | undefined
  #fault: string | undefined
  #stopped = false
  #overflowed = false
  #timedOut = false
  #bytes = 0
  #growth: NodeJS.Timeout | undefined
  #listener: (() => void) | undefined
  #tellStarted!: (started: Started) => void
  #tellRefused!: (error: unknown) => void
  readonly started: Promise<Started>
  readonly ended: Promise<RunEnd>

  constructor(order: LaunchOrder, around: Surroundings) {
    this.#order = order
    this.#around = around
    this.started = new Promise((resolve, reject) => {
      this.#tellStarted = resolve
      this.#tellRefused = reject
    })
    this.ended = this.#life()
    this.started.catch(() => {})
    this.ended.catch((error: unknown) => this.#tellRefused(error))
  }

  stop(): void {
    this.#stopped = true
    this.#child?.stop()
    for (const capture of this.#captures) capture.stopping()
  }

  /** Its time is over. */
  timeOut(): void {
    if (this.#stopped) return
    this.#timedOut = true
    this.stop()
  }

  onGrowth(listener: () => void): void {
    this.#listener = listener
  }

  async #life(): Promise<RunEnd> {
    for (let tries = 1; ; tries++) {
      const { fifos } = this.#around
      const paths = [await fifos.take(), await fifos.take()] as const
      try {
        return await this.#run(...paths)
      } catch (error) {
        if (!(error instanceof PipeMissing) || tries > 1) throw error
        fifos.renew()
      }
    }
  }

  /**
   * From the opening of the pipes to the start nothing waits: where descriptors are short, the first have all that they need,
   * instead of nobody.
   */
  async #run(outPath: string | undefined, errPath: string | undefined): Promise<RunEnd> {
    const captures = this.#captures
    try {
      captures.push(this.#capture('stdout', outPath))
      captures.push(this.#capture('stderr', errPath))
      return await this.#listen(captures[0]!, captures[1]!)
    } finally {
      // It did not come to that one.
      if (captures.length === 0 && errPath !== undefined) this.#around.fifos.giveBack(errPath)
      for (const capture of captures.splice(0)) capture.abandon()
      clearTimeout(this.#growth)
    }
  }

  async #listen(out: Capture, err: Capture): Promise<RunEnd> {
    const child = this.#start(out, err)
    try {
      out.begin(child.process)
      err.begin(child.process)
      if (child.pid !== undefined) this.#begun(child.pid)
    } catch (error) {
      // It runs, and nobody would hear it.
      this.stop()
      await child.ended
      throw error
    }
    const end = await child.ended
    await Promise.all([out.end(LAST_WORDS), err.end(LAST_WORDS)])
    const faults = [out.fault, err.fault, this.#fault].filter((one) => one !== undefined)
    return this.#settled({
      ...end,
      overflowed: this.#overflowed,
      timedOut: this.#timedOut,
      stdout: out.written,
      stderr: err.written,
      fault: faults.length === 0 ? undefined : faults.join('; '),
    })
  }

  #capture(stream: 'stdout' | 'stderr', path: string | undefined): Capture {
    const { record, attempt, keep, waits, uid } = this.#order
    const stranger = uid !== undefined && uid !== process.getuid?.()
    const grew = (bytes: number): void => this.#grew(bytes)
    const { fifos, room } = this.#around
    return new Capture({ stream, record, attempt, keep, waits, stranger, grew }, fifos, room, path)
  }

  #start(out: Capture, err: Capture): Child {
    const { stdin } = this.#order
    const input = stdin === undefined ? undefined : openSync(stdin, 'r')
    try {
      return (this.#child = new Child(
        this.#order,
        [input ?? 'ignore', out.stdio, err.stdio],
        this.#around.reaper,
      ))
    } finally {
      if (input !== undefined) closeSync(input)
    }
  }

  /** Noted at once, so that there is hardly a moment in which it would be left behind unknown. */
  #begun(pid: number): void {
    const started = { pid, identity: identityOf(pid), at: Date.now() }
    this.#writeNote(started)
    if (this.#stopped) this.stop()
    this.#tellStarted(started)
  }

  #writeNote({ identity, at }: Started): void {
    const { running } = this.#order
    const { host, service } = this.#around
    if (running === undefined || identity === undefined || host === undefined || service === undefined) return
    this.#note = noteOf(this.#order, { process: identity, host, service, at })
    try {
      writeNote(running, this.#note)
    } catch (error) {
      this.#fault = `it could not be noted that the process runs: ${messageOf(error)}`
    }
  }

  /** What may go on without its service leaves its end behind, until somebody was told of it. */
  #settled(end: RunEnd): RunEnd {
    const { running, leftover } = this.#order
    if (running === undefined || this.#note === undefined) return end
    try {
      if (leftover === 'adopt') replaceNote(running, { ...this.#note, end })
      else removeNote(running, this.#order)
      return end
    } catch (error) {
      return { ...end, fault: end.fault ?? `its end could not be noted: ${messageOf(error)}` }
    }
  }

  #grew(bytes: number): void {
    this.#bytes += bytes
    const { stopAt } = this.#order
    if (stopAt !== undefined && this.#bytes > stopAt && !this.#overflowed && !this.#stopped) {
      this.#overflowed = true
      for (const capture of this.#captures) capture.passOver()
      this.stop()
    }
    this.#growth ??= setTimeout(() => {
      this.#growth = undefined
      this.#listener?.()
    }, GROWTH_STEP)
  }
}
