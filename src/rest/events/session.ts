import { randomBytes } from 'node:crypto'
import type { TaskEvent } from '../../core/events.ts'
import type { Wire } from '../wire.ts'
import { frameOf, readyFrame, resetFrame, type Frame } from './frame.ts'
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

  /** What a reader gets first: what it missed, or word that it missed something, and the id to come back with. */
  welcome(lastEventId: string | undefined, scope: Scope): string {
    const now = this.#id(this.#replay.last)
    if (lastEventId === undefined) return readyFrame(now)
    const [epoch, seq] = lastEventId.split('-')
    const missed = epoch === this.#epoch ? this.#replay.after(Number(seq)) : undefined
    if (missed === undefined) return resetFrame(now)
    return `${missed
      .filter((frame) => sees(scope, frame))
      .map(({ text }) => text)
      .join('')}${readyFrame(now)}`
  }

  #id(seq: number): string {
    return `${this.#epoch}-${seq}`
  }
}
