import { MajordomoError, invalidOption } from '../core/errors.ts'
import type { Worker } from '../core/manager.ts'
import type { Engine, WorkerDraft, WorkerMode, WorkerState } from '../engine/contract.ts'

const MODES: readonly WorkerMode[] = ['running', 'paused', 'draining']

/** The workers of an engine; of this process by what it knows itself, which is newer than what it told last. */
export class WorkerList {
  constructor(
    private readonly engine: () => Promise<Engine>,
    private readonly own: () => WorkerDraft,
  ) {}

  async all(): Promise<Worker[]> {
    const engine = await this.engine()
    return (await engine.workers()).map((state) => this.#shown(state))
  }

  async set(id: string, mode: WorkerMode): Promise<Worker> {
    if (!MODES.includes(mode)) throw invalidOption('state', `one of ${MODES.join(', ')}`, mode)
    const engine = await this.engine()
    const state = await engine.setWorker(id, mode)
    if (state === undefined) throw new MajordomoError('worker-not-found', `no worker ${id} is alive`)
    return this.#shown(state)
  }

  #shown(state: WorkerState): Worker {
    const own = this.own()
    const { mode, tags, ...rest } = state.id === own.id ? { ...state, ...own } : state
    return Object.freeze({
      ...rest,
      state: mode === 'draining' && rest.running === 0 ? 'drained' : mode,
      ...(tags === undefined ? {} : { tags }),
    })
  }
}
