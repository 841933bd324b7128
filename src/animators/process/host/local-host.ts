import { identityOf, type Identity } from '../../../machine/proc.ts'
import { Fifos } from './fifos.ts'
import { LocalRun } from './local-run.ts'
import type { HostedRun, LaunchOrder, ProcessHost } from './order.ts'
import { Reaper } from './reaper.ts'

const ROOM = 65_536

/** Starts processes from this one, and records what they print. */
export class LocalHost implements ProcessHost {
  readonly #fifos = new Fifos()
  readonly #reaper = new Reaper()
  readonly #room = new Uint8Array(ROOM)
  readonly #runs = new Map<LocalRun, LaunchOrder>()
  readonly #host = identityOf(process.pid)
  readonly #service: Identity | undefined
  #closing: Promise<void> | undefined

  /** @param service on whose behalf processes are started; this process by default */
  constructor(service: Identity | undefined = identityOf(process.pid)) {
    this.#service = service
  }

  /** Marks of those that run. */
  get marks(): readonly string[] {
    return [...this.#runs.values()].map(({ mark }) => mark)
  }

  launch(order: LaunchOrder): HostedRun {
    if (this.#closing !== undefined) throw new Error('no process is started any more: its host is closed')
    const run = new LocalRun(order, {
      fifos: this.#fifos,
      room: this.#room,
      reaper: this.#reaper,
      host: this.#host,
      service: this.#service,
    })
    this.#runs.set(run, order)
    const gone = (): void => void this.#runs.delete(run)
    run.ended.then(gone, gone)
    return run
  }

  /** Ends those that nobody may find again, and waits for all of them. */
  async close(keep: (order: LaunchOrder) => boolean = () => false): Promise<void> {
    return (this.#closing ??= this.#close(keep))
  }

  /** Ends all of them now, also those that a close waits for. */
  stop(): void {
    for (const run of this.#runs.keys()) run.stop()
  }

  async #close(keep: (order: LaunchOrder) => boolean): Promise<void> {
    for (const [run, order] of this.#runs) {
      if (keep(order)) stopInTime(run, order).catch(() => {})
      else run.stop()
    }
    await Promise.allSettled([...this.#runs.keys()].map((run) => run.ended))
    this.#fifos.close()
  }
}

/** Whoever would have done it has died. Rejects as the run does. */
async function stopInTime(run: LocalRun, { timeout }: LaunchOrder): Promise<void> {
  if (timeout === undefined) return
  const { at } = await run.started
  const timer = setTimeout(() => run.timeOut(), Math.max(0, at + timeout - Date.now()))
  await run.ended.finally(() => clearTimeout(timer))
}
