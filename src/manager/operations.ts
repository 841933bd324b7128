import { MajordomoError } from '../core/errors.ts'
import type { OperationInfo } from '../core/manager.ts'
import { wholeNumberIn } from '../core/options.ts'
import type { Engine } from '../engine/contract.ts'
import { operationInfo } from './operation-info.ts'
import type { Registry } from './registry.ts'

/** What users see of operations, and set for all workers together. */
export class OperationBook {
  constructor(
    private readonly parts: { readonly engine: () => Promise<Engine>; readonly registry: Registry },
  ) {}

  async all(): Promise<OperationInfo[]> {
    const engine = await this.parts.engine()
    const [states, workers] = await Promise.all([engine.operations(), engine.workers()])
    return operationInfo(this.parts.registry, states, workers)
  }

  async pause(name: string, paused: boolean): Promise<void> {
    await (await this.#engineKnowing(name)).pause(name, paused)
  }

  async limit(name: string, concurrency: number | undefined): Promise<void> {
    wholeNumberIn(concurrency, 'concurrency', 1)
    await (await this.#engineKnowing(name)).limit(name, concurrency)
  }

  /** @throws {MajordomoError} `operation-not-found` for an operation that nobody has an animator for */
  async #engineKnowing(name: string): Promise<Engine> {
    const engine = await this.parts.engine()
    if (this.parts.registry.get(name) !== undefined) return engine
    const known = (await engine.operations()).find((state) => state.name === name)
    if (known?.described === undefined)
      throw new MajordomoError('operation-not-found', `no operation ${JSON.stringify(name)} is registered`)
    return engine
  }
}
