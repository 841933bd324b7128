/** What the target has seen, as it tells it. */
export interface Counts {
  /** Connections open now, and the most at once. */
  readonly open: number
  readonly mostOpen: number
  /** Connections made in all. */
  readonly made: number
  /** Of these, TLS handshakes that went on from an earlier session. */
  readonly resumed: number
  readonly requests: number
  /** Requests not answered yet, and the most at once. */
  readonly inFlight: number
  readonly mostInFlight: number
  /** CPU time that the target has used so far, in ms. */
  readonly cpu: number
  /** Now, in milliseconds of the clock that all processes share. */
  readonly time: number
}

/** Counts, and tells when they have become what somebody waits for. */
export class Counter {
  #open = 0
  #mostOpen = 0
  #made = 0
  #resumed = 0
  #requests = 0
  #inFlight = 0
  #mostInFlight = 0
  #waiting: { readonly due: () => boolean; readonly tell: () => void }[] = []

  opened(resumed = false): void {
    this.#made++
    if (resumed) this.#resumed++
    this.#mostOpen = Math.max(this.#mostOpen, ++this.#open)
  }

  closed(): void {
    this.#open--
    if (this.#waiting.length > 0) this.#look()
  }

  asked(): void {
    this.#requests++
    if (++this.#inFlight > this.#mostInFlight) this.#mostInFlight = this.#inFlight
    if (this.#waiting.length > 0) this.#look()
  }

  answered(): void {
    this.#inFlight--
  }

  /** Everything but what is open or in flight counts from now on. */
  reset(): void {
    this.#made = this.#resumed = this.#requests = 0
    this.#mostOpen = this.#open
    this.#mostInFlight = this.#inFlight
  }

  /** The counts as soon as no connection is open. */
  async quiet(): Promise<Counts> {
    await this.#until(() => this.#open === 0)
    return this.now()
  }

  /** The counts as soon as so many requests are in flight. */
  async busy(inFlight: number): Promise<Counts> {
    await this.#until(() => this.#inFlight >= inFlight)
    return this.now()
  }

  now(): Counts {
    const { user, system } = process.cpuUsage()
    return {
      open: this.#open,
      mostOpen: this.#mostOpen,
      made: this.#made,
      resumed: this.#resumed,
      requests: this.#requests,
      inFlight: this.#inFlight,
      mostInFlight: this.#mostInFlight,
      cpu: (user + system) / 1_000,
      time: Number(process.hrtime.bigint() / 1_000n) / 1_000,
    }
  }

  async #until(due: () => boolean): Promise<void> {
    if (!due()) await new Promise<void>((tell) => this.#waiting.push({ due, tell }))
  }

  #look(): void {
    const due = this.#waiting.filter((one) => one.due())
    if (due.length === 0) return
    this.#waiting = this.#waiting.filter((one) => !due.includes(one))
    for (const { tell } of due) tell()
  }
}
