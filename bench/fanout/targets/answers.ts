import type { Counter } from './counts.ts'

/** Answers of one time are given together, so that the target has few timers whatever is in flight. */
const TICK = 5

/** Who waits for an answer: a connection, or a stream of one. */
export interface Asker {
  /** Kept here. */
  waits: boolean
  answer(): void
}

/**
 * When a request is answered: `/d/2000` after 2 s, `/gate/5000` when 5,000 of them wait, anything else at once.
 */
export class Answers {
  readonly #counter: Counter
  readonly #due = new Map<number, Asker[]>()
  readonly #gates = new Map<number, Asker[]>()

  constructor(counter: Counter) {
    this.#counter = counter
  }

  take(path: string, asker: Asker): void {
    this.#counter.asked()
    asker.waits = true
    const [, kind, detail] = path.split('/', 3)
    if (kind === 'd') this.#later(Number(detail), asker)
    else if (kind === 'gate') this.#together(Number(detail), asker)
    else this.#give(asker)
  }

  /** Whoever asked has gone, answered or not. */
  gone(asker: Asker): void {
    if (!asker.waits) return
    asker.waits = false
    this.#counter.answered()
  }

  #give(asker: Asker): void {
    if (!asker.waits) return
    asker.waits = false
    this.#counter.answered()
    asker.answer()
  }

  #later(ms: number, asker: Asker): void {
    const now = performance.now()
    const due = Math.ceil((now + ms) / TICK) * TICK
    const others = this.#due.get(due)
    if (others !== undefined) return void others.push(asker)
    const askers = [asker]
    this.#due.set(due, askers)
    setTimeout(() => {
      this.#due.delete(due)
      for (const one of askers) this.#give(one)
    }, due - now)
  }

  #together(count: number, asker: Asker): void {
    const askers = this.#gates.get(count) ?? []
    this.#gates.set(count, askers)
    if (askers.push(asker) < count) return
    this.#gates.delete(count)
    for (const one of askers) this.#give(one)
  }
}
