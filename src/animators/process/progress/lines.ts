import { StringDecoder } from 'node:string_decoder'
import type { ProgressUpdate } from '../../../core/animator.ts'
import type { ProgressTemplate } from './template.ts'

/** What is longer tells nothing of progress, and is passed over, characters. */
const LONGEST = 4_096
const ENDS = /[\r\n]/

/**
 * Looks for progress in what a process prints, as it comes. A carriage return ends a line too, as it does for a progress bar,
 * which is drawn over and over in the same place. Of several that come at once the last one counts.
 */
export class ProgressLines {
  readonly #template: ProgressTemplate
  readonly #tell: (progress: ProgressUpdate) => void
  readonly #decoder = new StringDecoder('utf8')
  /** Undefined within what is too long, until its end. */
  #rest: string | undefined = ''

  constructor(template: ProgressTemplate, tell: (progress: ProgressUpdate) => void) {
    this.#template = template
    this.#tell = tell
  }

  add(bytes: Uint8Array): void {
    this.#read(this.#decoder.write(bytes))
  }

  /** What stands behind the last end is a line too. */
  end(): void {
    this.#read(`${this.#decoder.end()}\n`)
  }

  #read(text: string): void {
    const lines = text.split(ENDS)
    const last = lines.pop()!
    if (lines.length > 0) {
      lines[0] = this.#rest === undefined ? '' : this.#rest + lines[0]
      this.#rest = ''
      this.#search(lines)
    }
    if (this.#rest === undefined) return
    this.#rest = this.#rest.length + last.length > LONGEST ? undefined : this.#rest + last
  }

  #search(lines: readonly string[]): void {
    for (let i = lines.length - 1; i >= 0; i--) {
      const progress = lines[i]!.length > LONGEST ? undefined : this.#template.match(lines[i]!)
      if (progress !== undefined) return this.#tell(progress)
    }
  }
}
