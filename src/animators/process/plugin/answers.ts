import type { ProgressUpdate } from '../../../core/animator.ts'
import type { Json } from '../../../core/json.ts'
import type { LogLevel } from '../../../core/logger.ts'
import { cutLines } from './cut-lines.ts'
import { answerOf, type PluginError } from './protocol.ts'

/** Who hears what a plug-in says while it runs. */
export interface PluginHearer {
  progress(progress: ProgressUpdate): void
  log(level: LogLevel, message: string, fields?: Record<string, unknown>): void
}

/** How it says that it has ended. */
export type Verdict = { readonly result: Json } | { readonly error: PluginError }

/** A longer line is cut off, bytes. */
export const LONGEST_LINE = 1_048_576

/**
 * What a plug-in prints on stdout, read line by line: what is of the protocol is told as what it is, and everything else
 * as a line of the log, so that nothing is lost.
 */
export class PluginAnswers {
  readonly #hearer: PluginHearer
  #parts: Buffer[] = []
  #size = 0
  #cut = false
  #verdict: Verdict | undefined

  constructor(hearer: PluginHearer) {
    this.#hearer = hearer
  }

  /** What was said last of how it ended: a later result takes an error back, and the other way round. */
  get verdict(): Verdict | undefined {
    return this.#verdict
  }

  /** The bytes may be changed after the call. */
  add(bytes: Uint8Array): void {
    cutLines(
      bytes,
      (part) => this.#keep(part),
      () => this.#line(),
    )
  }

  /** What stands behind the last line end is a line too. */
  end(): void {
    if (this.#size > 0) this.#line()
  }

  #keep(bytes: Uint8Array): void {
    const room = LONGEST_LINE - this.#size
    if (bytes.length > room) this.#cut = true
    if (bytes.length === 0 || room === 0) return
    const part = Buffer.from(bytes.subarray(0, room))
    this.#parts.push(part)
    this.#size += part.length
  }

  #line(): void {
    const text = Buffer.concat(this.#parts).toString('utf8').trim()
    const cut = this.#cut
    this.#parts = []
    this.#size = 0
    this.#cut = false
    if (cut) return this.#cutOff(text)
    const answer = answerOf(text)
    if (answer === undefined) this.#plain(text)
    else if ('progress' in answer) this.#hearer.progress(answer.progress)
    else if ('log' in answer) this.#hearer.log(answer.log.level, answer.log.message, answer.log.fields)
    else this.#verdict = answer
  }

  /** What was to be a result, or an error, is lost: that is a failure. */
  #cutOff(text: string): void {
    this.#hearer.log(
      'warn',
      `a line longer than ${LONGEST_LINE} bytes was cut off, and not read as an answer`,
    )
    this.#plain(text)
    const [, name] = /^\{\s*"(result|error)"\s*:/.exec(text) ?? []
    if (name === undefined) return
    const message = `the ${name} that it told is longer than ${LONGEST_LINE} bytes`
    this.#verdict = { error: { message, code: 'answer-too-long' } }
  }

  #plain(text: string): void {
    if (text !== '') this.#hearer.log('info', text)
  }
}
