/** Places where requests wait until the test lets them through. */
export class Gates {
  readonly #gates = new Map<string, Gate>()

  named(name: string): Gate {
    const gate = this.#gates.get(name) ?? new Gate()
    this.#gates.set(name, gate)
    return gate
  }
}

class Gate {
  readonly #held = new Set<() => void>()
  readonly #waiting = new Set<() => void>()
  #open = false

  /** Calls back at once where the gate is open. Answers how to leave before that. */
  enter(go: () => void): () => void {
    if (this.#open) {
      go()
      return () => {}
    }
    this.#held.add(go)
    for (const look of this.#waiting) look()
    return () => this.#held.delete(go)
  }

  /** When so many, or more, are held. */
  held(count: number): Promise<number> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#held.size < count) return
        this.#waiting.delete(look)
        resolve(this.#held.size)
      }
      this.#waiting.add(look)
      look()
    })
  }

  open(): number {
    this.#open = true
    const held = [...this.#held]
    this.#held.clear()
    for (const go of held) go()
    return held.length
  }

  shut(): void {
    this.#open = false
  }
}
