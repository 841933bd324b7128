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

  constructor(replay: number, end: () => void) {
    this.#replay = new Replay(replay)
    this.end = end
  }

  add(event: TaskEvent, wire: Wire): Frame {
    const frame = frameOf(event, this.#id(this.#replay.last + 1), wire)
    this.#replay.push(frame)
    return frame
  }

  /** What a reader gets first: what it missed, or word that it missed something, and that nothing is missed from now on. */
  welcome(lastEventId: string | undefined, scope: Scope): string {
    const now = this.#id(this.#replay.last)
    const ready = emptyFrame('ready', now)
    if (lastEventId === undefined) return ready
    const [epoch, seq] = lastEventId.split('-')
    const missed = epoch === this.#epoch ? this.#replay.after(Number(seq)) : undefined
    if (missed === undefined) return emptyFrame('reset', now) + ready
    const seen = missed.filter((frame) => sees(scope, frame))
    return seen.map(({ text }) => text).join('') + ready
  }

  #id(seq: number): string {
    return `${this.#epoch}-${seq}`
  }
}
