import type { Counts } from '../protocol.ts'

/** What happens on connections; each is told to a listener's tally and to that of all. */
export type Count = 'accepted' | 'handshakes' | 'resumed' | 'requests' | 'reused' | 'resets' | 'streamResets'

/** Counts of one listener, or of all. */
export class Tally {
  readonly counts = zero()

  constructor(private readonly board: Board) {}

  add(what: Count): void {
    this.counts[what]++
    this.board.add(what)
  }

  /** Connections, and requests without an answer, come and go. */
  level(what: 'open' | 'inFlight', by: 1 | -1): void {
    this.counts[what] += by
    this.counts.peak = Math.max(this.counts.peak, this.counts.open)
    this.board.level(what, by)
  }

  reset(): void {
    const { open, inFlight } = this.counts
    Object.assign(this.counts, zero(), { open, inFlight, peak: open })
  }
}

/** The sum of all listeners, and who waits for what. */
export class Board {
  readonly total = zero()
  readonly tallies: Tally[] = []
  readonly #waiting = new Set<() => void>()

  tally(): Tally {
    const tally = new Tally(this)
    this.tallies.push(tally)
    return tally
  }

  add(what: Count): void {
    this.total[what]++
    this.#look()
  }

  level(what: 'open' | 'inFlight', by: 1 | -1): void {
    this.total[what] += by
    this.total.peak = Math.max(this.total.peak, this.total.open)
    this.#look()
  }

  reset(): void {
    const { open, inFlight } = this.total
    Object.assign(this.total, zero(), { open, inFlight, peak: open })
    for (const tally of this.tallies) tally.reset()
    this.#look()
  }

  when(wanted: Partial<Counts>, atLeast: boolean): Promise<Counts> {
    const names = Object.keys(wanted) as (keyof Counts)[]
    const reached = (): boolean =>
      names.every((name) => (atLeast ? this.total[name] >= wanted[name]! : this.total[name] === wanted[name]))
    return new Promise((resolve) => {
      const look = (): void => {
        if (!reached()) return
        this.#waiting.delete(look)
        resolve({ ...this.total })
      }
      this.#waiting.add(look)
      look()
    })
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}

function zero(): Counts {
  return {
    accepted: 0,
    open: 0,
    peak: 0,
    handshakes: 0,
    resumed: 0,
    requests: 0,
    reused: 0,
    inFlight: 0,
    resets: 0,
    streamResets: 0,
  }
}
