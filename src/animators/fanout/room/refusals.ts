import type { Prepared } from '../prepared.ts'
import { destinationOf } from '../rules/destination.ts'
import type { Guard } from '../rules/guard.ts'

/** So many origins are remembered, and then all forgotten. */
const MOST = 20_000

/** The guard's word on each origin, asked once: thousands of requests may go to the same. */
export class Refusals {
  readonly #known = new Map<string, string | undefined>()
  readonly #guard: Guard

  constructor(guard: Guard) {
    this.#guard = guard
  }

  /** Why a request may not go where it goes; undefined where it may, as far as can be told before its name is resolved. */
  of({ origin, connections: { socketPath } }: Prepared): string | undefined {
    const key = socketPath === undefined ? origin : `unix:${socketPath}`
    if (this.#known.has(key)) return this.#known.get(key)
    if (this.#known.size >= MOST) this.#known.clear()
    const refusal = socketPath === undefined ? this.#ofOrigin(origin) : this.#guard.socket(socketPath)
    this.#known.set(key, refusal)
    return refusal
  }

  #ofOrigin(origin: string): string | undefined {
    const { protocol, hostname, port } = destinationOf(origin)
    return this.#guard.target(protocol, hostname, port)
  }
}
