import { join } from 'node:path'
import type { WorkerConfig } from './worker/config.ts'
import { WorkerProcess } from './worker-process.ts'

/** The worker processes of a test, dead and alive; what is alive at its end is killed. */
export class Crew {
  readonly all: WorkerProcess[] = []
  #started = 0

  constructor(private readonly folder: string) {}

  get alive(): readonly WorkerProcess[] {
    return this.all.filter((worker) => worker.alive)
  }

  /** Resolves when its store is open. */
  async start(config: Omit<WorkerConfig, 'fence'>, wrapper?: readonly string[]): Promise<WorkerProcess> {
    const worker = this.launch(config, wrapper)
    await Promise.race([worker.opened, worker.exit.then((code) => Promise.reject(deathOf(worker, code)))])
    return worker
  }

  /** Does not wait until its store is open. */
  launch(config: Omit<WorkerConfig, 'fence'>, wrapper?: readonly string[]): WorkerProcess {
    const fence = join(this.folder, `${config.name}-${++this.#started}.fence`)
    const worker = new WorkerProcess({ ...config, fence }, wrapper)
    this.all.push(worker)
    return worker
  }

  /** Kills one by lot, and starts another in its place, without waiting until it is ready. */
  async replaceOne(): Promise<WorkerProcess> {
    const { alive } = this
    const victim = alive[Math.floor(Math.random() * alive.length)]!
    await victim.kill()
    return this.launch(victim.config)
  }

  async end(): Promise<void> {
    await Promise.all(this.alive.map((worker) => worker.kill()))
  }
}

function deathOf(worker: WorkerProcess, code: number | null): Error {
  return new Error(`${worker.config.name} ended with ${code} before it was open`)
}
