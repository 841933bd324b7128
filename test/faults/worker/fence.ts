import { openSync, writeSync } from 'node:fs'
import type { TaskOps } from '../../../src/index.ts'
import { steadyNow } from '../steady-clock.ts'
import type { WorkArgs } from './config.ts'

/** One line of a fence: a run has started, has done all its work, or has stopped before. */
export interface FenceRecord {
  readonly what: 'start' | 'end' | 'abort'
  /** By the clock that all processes share, ms. */
  readonly at: number
  readonly worker: string
  readonly pid: number
  readonly id: string
  readonly operation: string
  readonly attempt: number
  readonly lease: string
  readonly key?: string
  /** `abort`: the code of the signal's reason, or what was thrown. */
  readonly why?: string
}

/**
 * What the runs of a process really did, whatever its manager says. Each record is with the operating system before
 * the run goes on, so that not even kill -9 takes it back.
 */
export class Fence {
  readonly #file: number

  constructor(
    file: string,
    private readonly worker: string,
    private readonly told: (record: FenceRecord) => void,
  ) {
    this.#file = openSync(file, 'a')
  }

  write(ops: TaskOps, what: FenceRecord['what'], why?: string): void {
    const { key } = ops.args as WorkArgs
    const record: FenceRecord = {
      what,
      at: steadyNow(),
      worker: this.worker,
      pid: process.pid,
      id: ops.id,
      operation: ops.get().operation,
      attempt: ops.attempt,
      lease: ops.lease,
      ...(key === undefined ? {} : { key }),
      ...(why === undefined ? {} : { why }),
    }
    writeSync(this.#file, `${JSON.stringify(record)}\n`)
    this.told(record)
  }
}
