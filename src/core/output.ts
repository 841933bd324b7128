import type { Json } from './json.ts'
import type { LogLevel } from './logger.ts'

/**
 * The named streams of a task's output. `log`, `stdout` and `stderr` drop their oldest beyond a limit; `items` never
 * drops; of `checkpoint`, what runs note for their next attempt, the newest {@link CHECKPOINTS_KEPT} are kept.
 */
export const OUTPUT_STREAMS = ['log', 'stdout', 'stderr', 'items', 'checkpoint'] as const
export type OutputStream = (typeof OUTPUT_STREAMS)[number]

/** Only the last one counts; those before it show an operator how a run came there. */
export const CHECKPOINTS_KEPT = 3

/** What a run appends. */
export interface OutputDraft {
  readonly stream: OutputStream
  readonly text?: string
  readonly data?: Json
  readonly level?: LogLevel
}

/**
 * One entry as it was stored. `seq` goes up per stream and goes on across attempts: by one, or, for what a process printed,
 * by the bytes of the entry; it is then the place in the stream just behind it.
 */
export interface OutputEntry extends OutputDraft {
  readonly seq: number
  /** The bytes of `text`, where they are not UTF-8 and it can only come near to them. */
  readonly base64?: string
  /** True for a part of a line, whose rest comes in the next entry or never came. */
  readonly partial?: true
  /** Epoch milliseconds. */
  readonly time: number
  readonly attempt: number
}

export interface OutputQuery {
  readonly stream: OutputStream
  /** Entries with a greater seq only. */
  readonly after?: number
  /** The last so many entries, instead of the first. */
  readonly tail?: number
  /** At most so many; 100 by default, 1000 at most. */
  readonly limit?: number
}

export interface OutputPage {
  readonly items: readonly OutputEntry[]
  /** The `after` of the next page; also given at the end, so that a reader can go on when there is more. */
  readonly cursor: number
  /** How many entries of the stream (bytes, for what a process printed) were dropped, oldest first, because of its limit. */
  readonly dropped: number
}
