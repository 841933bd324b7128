import type { HostedRun, LaunchOrder, RunEnd, Started } from '../host/order.ts'
import { readError, type FromSpawner } from './messages.ts'

/** One process as the service sees it that had its spawner start it. */
export class SpawnedRun implements HostedRun {
  readonly order: LaunchOrder
  readonly #stop: () => void
  #listener: (() => void) | undefined
  #tell!: { started(started: Started): void; ended(end: RunEnd): void; failed(error: unknown): void }
  /** Undefined as long as the spawner has not told. */
  known: Started | undefined
  readonly started: Promise<Started>
  readonly ended: Promise<RunEnd>

  constructor(order: LaunchOrder, stop: () => void) {
    this.order = order
    this.#stop = stop
    let started!: (started: Started) => void
    let refused!: (error: unknown) => void
    this.started = new Promise((resolve, reject) => ([started, refused] = [resolve, reject]))
    this.ended = new Promise((ended, reject) => {
      const failed = (error: unknown): void => {
        refused(error)
        reject(error)
      }
      this.#tell = { started, ended, failed }
    })
    this.started.catch(() => {})
    this.ended.catch(() => {})
  }

  stop(): void {
    this.#stop()
  }

  onGrowth(listener: () => void): void {
    this.#listener = listener
  }

  heard(message: Exclude<FromSpawner, { say: 'here' }>): void {
    switch (message.say) {
      case 'started':
        this.known = message.started
        return this.#tell.started(message.started)
      case 'grew':
        return this.#listener?.()
      case 'ended':
        return this.#tell.ended(message.end)
      case 'failed':
        return this.#tell.failed(readError(message.error))
    }
  }

  fail(error: unknown): void {
    this.#tell.failed(error)
  }
}
