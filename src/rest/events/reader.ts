import type { ServerResponse } from 'node:http'
import type { Rights } from '../access.ts'
import type { Batch } from './batch.ts'
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
  readonly subscription: Subscription
  rights: Rights
  /** Undefined until its rules have answered for the first time. */
  scope: Scope | undefined
  /** Its rules have been asked and have not answered yet. */
  asking = false
  /** They have not answered since the last heartbeat. */
  late = false
  readonly #response: ServerResponse
  /** To how many operations, in the order in which they turned up, the scope is an answer. */
  #answered = 0
  #held: Batch[] = []
  #ending = false

  constructor(subscription: Subscription) {
    this.subscription = subscription
    this.#response = subscription.response
    this.rights = subscription.rights
  }

  /** Bytes that wait for it to take them, or for its rules. */
  get behind(): number {
    return this.#held.reduce((sum, { size }) => sum + size, this.#response.writableLength)
  }

  /** Whether its rules have to be asked of the last of so many operations. */
  isUnsureOf(operations: number): boolean {
    const asksForAll = this.rights.restricted && this.subscription.operations === undefined
    return asksForAll && this.#answered < operations
  }

  /** Keeps a batch until the rules have answered, as an id that was sent says that nothing before it is missing. */
  hold(batch: Batch): void {
    this.#held.push(batch)
  }

  /** The rules have answered to so many operations: what was held for them goes out. */
  see(scope: Scope, operations: number): void {
    this.scope = scope
    this.#answered = operations
    const held = this.#held
    this.#held = []
    for (const batch of held) this.write(batch.chunk(scope))
    if (this.#ending) this.#response.end()
  }

  async renew(): Promise<void> {
    this.rights = await this.subscription.renew()
  }

  write(chunk: string | Buffer): void {
    if (chunk.length > 0 && !this.#response.writableEnded) this.#response.write(chunk)
  }

  /** Ends the stream, as soon as all that is held for the reader has gone out. */
  finish(): void {
    if (this.#held.length > 0) this.#ending = true
    else this.#response.end()
  }

  end(): void {
    this.#response.end()
  }

  /** Frees everything at once, what waits to be sent too. */
  drop(): void {
    this.#response.destroy()
  }
}
