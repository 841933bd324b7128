import { isEnded, Manager, MajordomoError, type Task, type TaskEvent } from '../../src/index.ts'
import type { Engine } from '../../src/engine/contract.ts'
import { FailingEngine, InjectedFault, type Fault } from './failing-engine.ts'
import { eventually } from './patience.ts'
import { sceneAnimators } from './scene-animators.ts'

/** More faults than these in a row are none that we injected. */
const MOST_TRIES = 10
export const PATIENCE = 30_000

/** One manager, from its start to its death. */
interface Life {
  readonly manager: Manager
  readonly engine: FailingEngine
  /** Rejects when the process has died. */
  readonly died: Promise<never>
}

class Died extends Error {}

/** A store, whichever manager lives on it just now, and what its runs have done. The first engine has the fault. */
export class Scene {
  /** How often the work of each operation was done. */
  readonly done = new Map<string, number>()
  /** How often each task was told of as ended. */
  readonly ends = new Map<string, number>()
  readonly first: FailingEngine
  #life: Life

  /** @param make an engine on this scene's store, as after a restart */
  constructor(
    private readonly make: () => Engine,
    private readonly lease: number,
    fault: Fault | undefined,
  ) {
    this.#life = this.#born(fault)
    this.first = this.#life.engine
  }

  /**
   * Does it with the manager that lives; again with the next one where that dies before it answers, and again where the
   * fault has hit. Refusals whose code is listed mean that it was done the time before.
   */
  async insist<T>(act: (manager: Manager) => Promise<T>, ...done: readonly string[]): Promise<T | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const { manager, died } = this.#life
      try {
        return await Promise.race([act(manager), died])
      } catch (error) {
        if (MajordomoError.is(error) && done.includes(error.code)) return undefined
        if (!(error instanceof Died) && !isInjected(error)) throw error
      }
    }
    throw new Error('it fails again and again')
  }

  async task(id: string): Promise<Task> {
    return (await this.insist((manager) => manager.get(id)))!
  }

  async until(what: string, id: string, isSo: (task: Task) => boolean): Promise<Task> {
    return eventually(PATIENCE, what, async () => {
      const task = await this.task(id)
      return isSo(task) ? task : undefined
    })
  }

  ended(what: string, id: string): Promise<Task> {
    return this.until(`${what} has ended`, id, ({ state }) => isEnded(state))
  }

  /** Whoever dies while it closes is followed by one that closes; to close once more after a fault changes nothing. */
  async end(): Promise<void> {
    const { manager, died } = this.#life
    try {
      await Promise.race([manager.close({ grace: 0 }), died])
    } catch (error) {
      if (error instanceof Died) await this.end()
      else if (!isInjected(error)) throw error
    }
  }

  #born(fault: Fault | undefined): Life {
    const engine = new FailingEngine(this.make(), fault)
    const manager = new Manager({ engine, lease: this.lease, purgeDelay: '1h', keepAlive: false })
    const died = engine.died.then(() => {
      this.#life = this.#born(undefined)
      throw new Died()
    })
    died.catch(() => {})
    const note = (what: string) => this.done.set(what, (this.done.get(what) ?? 0) + 1)
    const animators = sceneAnimators(manager, () => engine.alive, note)
    for (const [operation, animator] of Object.entries(animators)) manager.register(operation, animator)
    manager.subscribe((events) => this.#see(events))
    // As a host does at its start: what is left of the life before goes on without anybody asking.
    void this.#open(manager)
    return { manager, engine, died }
  }

  async #open(manager: Manager): Promise<void> {
    await manager.open().catch(() => {})
  }

  #see(events: readonly TaskEvent[]): void {
    for (const { type, task } of events)
      if (type !== 'deleted' && isEnded(task.state)) this.ends.set(task.id, (this.ends.get(task.id) ?? 0) + 1)
  }
}

/** A manager passes an engine's error on as it is, or as the cause of its own. */
function isInjected(error: unknown): boolean {
  return error instanceof InjectedFault || (error instanceof Error && error.cause instanceof InjectedFault)
}
