import type { ServerResponse } from 'node:http'
import type { Rights } from '../access.ts'
import type { Scope } from './scope.ts'

/** What a reader of the event stream comes with. */
export interface Subscription {
  readonly response: ServerResponse
  readonly rights: Rights
  /** Only these operations; all that it may see by default. */
  readonly operations: ReadonlySet<string> | undefined
  readonly lastEventId: string | undefined
  /** Looks at the rights again. @throws when there are none any more */
  renew(): Promise<Rights>
}

/** One open stream. */
export class Reader {
  readonly #response: ServerResponse
  readonly #subscription: Subscription
  rights: Rights
  scope: Scope

  constructor(subscription: Subscription, scope: Scope) {
    this.#subscription = subscription
    this.#response = subscription.response
    this.rights = subscription.rights
    this.scope = scope
  }

  get operations(): ReadonlySet<string> | undefined {
    return this.#subscription.operations
  }

  /** Bytes that wait for it to take them. */
  get behind(): number {
    return this.#response.writableLength
  }

  async renew(): Promise<void> {
    this.rights = await this.#subscription.renew()
  }

  write(chunk: string | Buffer): void {
    this.#response.write(chunk)
  }

  end(): void {
    this.#response.end()
  }

  /** Frees everything at once, what waits to be sent too. */
  drop(): void {
    this.#response.destroy()
  }
}
