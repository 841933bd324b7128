import { closeSync, openSync } from 'node:fs'

/** Something else in the process that opens files until there are no descriptors, as a leak does. */
export class DescriptorEater {
  #files: number[] = []

  /** Answers how many there were. */
  eat(): number {
    try {
      for (;;) this.#files.push(openSync('/dev/null', 'r'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error
      return this.#files.length
    }
  }

  stop(): void {
    for (const file of this.#files.splice(0)) closeSync(file)
  }
}
