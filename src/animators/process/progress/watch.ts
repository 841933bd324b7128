import type { TaskOps } from '../../../core/animator.ts'
import { messageOf } from '../../../core/errors.ts'
import { RecordTail } from '../task/tail.ts'
import type { ProgressPlan } from './arguments.ts'
import { ProgressFile } from './file.ts'
import { ProgressLines } from './lines.ts'

/** Where a run leaves what tells its progress. */
export interface ProgressPlaces {
  /** Folder of the record (`Workspace.record`). */
  readonly record: string
  /** The progress file; its folder is there, and the process may write to it. */
  readonly file: string
}

/** Tells how far a process is, by what it writes and prints while a run goes on. */
export class ProgressWatch {
  readonly #ops: Pick<TaskOps, 'setProgress' | 'log'>
  readonly #file: ProgressFile
  readonly #lines: readonly ProgressLines[]
  readonly #tails: readonly RecordTail[]

  constructor(
    ops: Pick<TaskOps, 'setProgress' | 'log'>,
    { progress }: ProgressPlan,
    { record, file }: ProgressPlaces,
  ) {
    this.#ops = ops
    this.#file = new ProgressFile(
      file,
      (one) => ops.setProgress(one),
      (message) => ops.log('warn', message),
    )
    const pairs = (progress?.streams ?? []).map((stream) => {
      const lines = new ProgressLines(progress!.template, (one) => ops.setProgress(one))
      // Lines that were dropped unread told of the past.
      const tail = new RecordTail(
        record,
        stream,
        (bytes) => lines.add(bytes),
        () => {},
      )
      return { lines, tail }
    })
    this.#lines = pairs.map(({ lines }) => lines)
    this.#tails = pairs.map(({ tail }) => tail)
  }

  /** Call it before the process is started: what earlier attempts printed tells nothing of this one. */
  async begin(): Promise<void> {
    for (const tail of this.#tails) await tail.begin()
    this.#file.start()
  }

  /** The record has grown. */
  grew(): void {
    for (const tail of this.#tails) tail.grew()
  }

  /** Call it when the process has ended. Resolves when its last words have been told; never rejects. */
  async end(): Promise<void> {
    const ends = [this.#file.stop(), ...this.#tails.map((tail) => tail.end())]
    for (const end of await Promise.allSettled(ends))
      if (end.status === 'rejected')
        this.#ops.log('warn', `its progress could not be read: ${messageOf(end.reason)}`)
    for (const lines of this.#lines) lines.end()
  }
}
