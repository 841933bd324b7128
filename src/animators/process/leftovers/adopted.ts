import { watch, type FSWatcher } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { segmentName, segmentOffsets } from '../../../files/record/format.ts'
import { isStill } from '../../../machine/proc.ts'
import { notePath, readNote, type Note } from '../host/notes.ts'
import { SpawnerLost, type HostedRun, type RunEnd, type Started } from '../host/order.ts'
import type { Reaper } from '../host/reaper.ts'
import { signalGroup } from '../host/signals.ts'
import { forget } from './keeper.ts'

/** Where the system does not tell that a note has changed, ms. */
const LOOK = 500
const GROWTH_STEP = 100

/**
 * A process that has outlived the service that it was started for. Its spawner still listens to it, and writes down its end;
 * there is no channel to that one, only what it leaves on disk.
 */
export class Adopted implements HostedRun {
  readonly #running: string
  readonly #note: Note
  readonly #reaper: Reaper
  readonly #timers: NodeJS.Timeout[] = []
  #watcher: FSWatcher | undefined
  #listener: (() => void) | undefined
  #size: number | undefined
  #stopped = false
  #over = false
  #settle!: { resolve(end: RunEnd): void; reject(error: unknown): void }
  readonly started: Promise<Started>
  readonly ended: Promise<RunEnd>

  constructor(running: string, note: Note, reaper: Reaper) {
    this.#running = running
    this.#note = note
    this.#reaper = reaper
    const { process: identity, at } = note
    this.started = Promise.resolve({ pid: identity.pid, identity, at })
    this.ended = new Promise((resolve, reject) => (this.#settle = { resolve, reject }))
    this.ended.catch(() => {})
    this.#look()
    if (this.#over) return
    this.#timers.push(setInterval(() => this.#look(), LOOK))
    this.#timers.push(setInterval(() => void this.#measure(), GROWTH_STEP))
    this.#listen()
  }

  stop(): void {
    const { process: identity, stopSignal, killAfter } = this.#note
    if (this.#stopped || this.#over || !isStill(identity)) return
    this.#stopped = true
    signalGroup(identity.pid, stopSignal)
    this.#timers.push(setTimeout(() => this.#kill(), killAfter))
  }

  onGrowth(listener: () => void): void {
    this.#listener = listener
  }

  #kill(): void {
    const { process: identity, mark } = this.#note
    if (isStill(identity)) signalGroup(identity.pid, 'SIGKILL')
    void this.#reaper.killMarked(mark)
  }

  #listen(): void {
    const name = basename(notePath(this.#running, this.#note.task))
    try {
      this.#watcher = watch(this.#running, (_, changed) => {
        if (changed === null || changed === name) this.#look()
      })
      this.#watcher.on('error', () => {})
    } catch {
      // No more watchers are to be had: then it is seen a little later.
    }
  }

  #look(): void {
    if (this.#over) return
    // In this order: the spawner writes the end before it leaves.
    const isHeard = isStill(this.#note.host)
    const end = readNote(this.#running, this.#note.task)?.end
    if (end === undefined && isHeard) return
    this.#over = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#watcher?.close()
    if (end === undefined) void this.#abandoned()
    else {
      forget(this.#running, this.#note)
      this.#settle.resolve(end)
    }
  }

  async #abandoned(): Promise<void> {
    await this.#reaper.endLeftover(this.#note.process, this.#note)
    forget(this.#running, this.#note)
    this.#settle.reject(new SpawnerLost('the process that listened to this one has ended'))
  }

  async #measure(): Promise<void> {
    const size = await sizeOf(this.#note.record)
    if (size === this.#size || this.#over) return
    this.#size = size
    this.#listener?.()
  }
}

/** Where the streams of a record end, together. */
async function sizeOf(record: string): Promise<number> {
  const names = await readdir(record).catch(() => [])
  let size = 0
  for (const stream of ['stdout', 'stderr'] as const) {
    const offset = segmentOffsets(names, stream).at(-1)
    if (offset === undefined) continue
    const found = await stat(join(record, segmentName(stream, offset))).catch(() => undefined)
    size += offset + (found?.size ?? 0)
  }
  return size
}
