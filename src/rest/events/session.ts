import { randomBytes } from 'node:crypto'
import type { TaskEvent } from '../../core/events.ts'
import type { Wire } from '../wire.ts'
import { emptyFrame, frameOf, type Frame } from './frame.ts'
import { Replay } from './replay.ts'
import { sees, type Scope } from './scope.ts'

/** One stretch of listening to the manager. */
export class Session {
  readonly #epoch = randomBytes(6).toString('hex')
  readonly #replay: Replay
  readonly end: () => void
  ending: NodeJS.Timeout | undefined
  /** Settles when what other replicas told before is in its place, or could not be had. */
  begun: Promise<void> = Promise.resolve()
  /** From then on changes are sent. */
  open = false
  /** While the engine is asked for the newest changes. */
  catchingUp: Promise<boolean> | undefined

  constructor(replay: number, end: () => void) {
    this.#replay = new Replay(replay, this.#id(0))
    this.end = end
  }

  knows(id: string): boolean {
    return this.#replay.has(id)
  }

  /** The frame of a change; undefined for one that was told before. */
  add(event: TaskEvent, wire: Wire): Frame | undefined {
    const { position } = event
    if (position !== undefined && this.knows(position)) return undefined
    const frame = frameOf(event, position ?? this.#id(this.#replay.told + 1), wire)
    this.#replay.push(frame)
    return frame
  }

  /** What a reader gets first: what it missed, or word that it missed something, and that nothing is missed from now on. */
  welcome(lastEventId: string | undefined, scope: Scope): string {
    const now = this.#replay.last
    const ready = emptyFrame('ready', now)
    if (lastEventId === undefined) return ready
    const missed = this.#replay.after(lastEventId)
    if (missed === undefined) return emptyFrame('reset', now) + ready
    const seen = missed.filter((frame) => sees(scope, frame))
    return seen.map(({ text }) => text).join('') + ready
  }

  #id(seq: number): string {
    return `${this.#epoch}-${seq}`
  }
}
