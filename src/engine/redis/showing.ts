import type { WaitingFor } from '../../core/task.ts'
import type { WorkerDraft, WorkerMode, WorkerState } from '../contract.ts'
import { parsed, type Row } from './record.ts'
import type { SettingsReply, WorkerReply } from './replies.ts'

export function workerState([, draft, beat, mode]: WorkerReply): WorkerState {
  return Object.freeze({
    ...(parsed(draft) as WorkerDraft),
    ...(parsed(beat) as { running: number; heartbeatAt: number }),
    mode: mode as WorkerMode,
  })
}

/**
 * Why tasks that may be claimed are not: that depends on paused operations and on the workers alive. Every answer of a script
 * carries the number of these settings, so they are read again only when that has moved, or a worker may have died.
 */
export class Showing {
  #number: string | undefined
  #holdsUntil = 0
  #paused: ReadonlySet<string> = new Set()
  #announced = false
  #workers: readonly WorkerState[] = []
  readonly #served = new Map<string, boolean>()

  /** @param number that the settings have by now, where that is known */
  isFresh(number: string | undefined): boolean {
    return (
      this.#number !== undefined &&
      (number === undefined || number === this.#number) &&
      performance.now() < this.#holdsUntil
    )
  }

  forget(): void {
    this.#number = undefined
  }

  set(number: string, [paused, announced, holds, workers]: SettingsReply): void {
    this.#number = number
    this.#holdsUntil = holds < 0 ? Number.POSITIVE_INFINITY : performance.now() + holds
    this.#paused = new Set(paused)
    this.#announced = announced === 1
    this.#workers = workers.map(workerState)
    this.#served.clear()
  }

  waitingFor(row: Row): WaitingFor | undefined {
    if (row.state === 'WAITING') return row.waitingFor
    if (row.state !== 'NEW') return undefined
    if (row.gate !== undefined) return row.gate
    return this.#paused.has(row.operation) || !this.#isServed(row) ? 'worker' : 'slot'
  }

  #isServed({ operation, tags = [] }: Row): boolean {
    if (!this.#announced) return true
    const what = JSON.stringify([operation, ...tags])
    let served = this.#served.get(what)
    if (served === undefined) {
      served = this.#workers.some(
        (worker) =>
          worker.mode === 'running' &&
          worker.operations.includes(operation) &&
          (worker.tags === undefined || tags.every((tag) => worker.tags?.includes(tag))),
      )
      // Sets of tags may be many: what was found is kept for the common ones.
      if (this.#served.size < 1_000) this.#served.set(what, served)
    }
    return served
  }
}
