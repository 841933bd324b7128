/** What can lie in an {@link IdleList}; it keeps `idlePlace`, start it at -1. */
export interface Idle {
  idlePlace: number
  readonly idleUntil: number
  readonly alive: boolean
}

/**
 * Connections without work. The one that was used last serves first, so that the others grow old and can be closed; those that
 * the other side closed are taken out of its midst at no cost.
 */
export class IdleList<Connection extends Idle> {
  #items: (Connection | undefined)[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  put(connection: Connection): void {
    connection.idlePlace = this.#items.push(connection) - 1
    this.#size++
  }

  /** The one that was used last and is still good. */
  take(now: number): Connection | undefined {
    for (let i = this.#items.length - 1; i >= 0; i--) {
      const connection = this.#items[i]
      if (connection === undefined) {
        // Only where it is the last one: those that were passed over on the way here are still to be closed.
        if (i === this.#items.length - 1) this.#items.length = i
        continue
      }
      if (!connection.alive || connection.idleUntil <= now) continue
      this.remove(connection)
      return connection
    }
    return undefined
  }

  /** @returns whether it was here */
  remove(connection: Connection): boolean {
    if (connection.idlePlace < 0) return false
    this.#items[connection.idlePlace] = undefined
    connection.idlePlace = -1
    this.#size--
    return true
  }

  /** Takes out all whose time is over. */
  expired(now: number): Connection[] {
    const over: Connection[] = []
    const left: Connection[] = []
    for (const connection of this.#items) {
      if (connection === undefined) continue
      if (connection.idleUntil > now) {
        connection.idlePlace = left.push(connection) - 1
        continue
      }
      connection.idlePlace = -1
      over.push(connection)
    }
    this.#items = left
    this.#size = left.length
    return over
  }

  /** Takes out those that have lain here for the longest. */
  oldest(most: number): Connection[] {
    const found: Connection[] = []
    for (const connection of this.#items) {
      if (found.length >= most) break
      if (connection !== undefined) found.push(connection)
    }
    for (const connection of found) this.remove(connection)
    return found
  }
}
