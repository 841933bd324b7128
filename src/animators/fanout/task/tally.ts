import type { FanOutItem, ItemErrorCode, ItemState } from '../item.ts'

const MOST_SLOWEST = 10
const MOST_FAILED = 20

/** What became of a whole list; the result of its task. */
export interface FanOutSummary {
  readonly total: number
  readonly succeeded: number
  readonly failed: number
  readonly ignored: number
  readonly canceled: number
  /** How often each status was the last. */
  readonly statuses: Readonly<Record<string, number>>
  /** How often each error code. */
  readonly errors: Readonly<Record<string, number>>
  /** Attempts beyond the first of each request. */
  readonly retries: number
  /** Of those that were sent: from their turn to their end, in ms. Absent where none was. */
  readonly durations?: {
    readonly p50: number
    readonly p90: number
    readonly p99: number
    readonly max: number
  }
  /** The slowest of all, slowest first. */
  readonly slowest: readonly Mention[]
  /** The first that failed; all of them are among the items. */
  readonly failures: readonly Mention[]
}

/** An item in short. */
export interface Mention {
  readonly index: number
  readonly id: string
  readonly url: string
  readonly status?: number
  /** In ms. */
  readonly total: number
  readonly error?: ItemErrorCode
}

/** Counts items as they come. */
export class Tally {
  readonly #states: Record<ItemState, number> = { SUCCEEDED: 0, FAILED: 0, IGNORED: 0, CANCELED: 0 }
  readonly #statuses = new Map<number, number>()
  readonly #errors = new Map<ItemErrorCode, number>()
  readonly #durations: number[] = []
  #slowest: FanOutItem[] = []
  readonly #failures: FanOutItem[] = []
  #retries = 0

  get done(): number {
    const { SUCCEEDED, FAILED, IGNORED, CANCELED } = this.#states
    return SUCCEEDED + FAILED + IGNORED + CANCELED
  }

  /** Without those that were canceled. */
  get answered(): number {
    return this.done - this.#states.CANCELED
  }

  get counts(): Pick<FanOutSummary, 'succeeded' | 'failed' | 'ignored' | 'canceled'> {
    const { SUCCEEDED, FAILED, IGNORED, CANCELED } = this.#states
    return { succeeded: SUCCEEDED, failed: FAILED, ignored: IGNORED, canceled: CANCELED }
  }

  get failed(): number {
    return this.#states.FAILED
  }

  add(item: FanOutItem): void {
    this.#states[item.state]++
    if (item.status !== undefined) increment(this.#statuses, item.status)
    if (item.error !== undefined) increment(this.#errors, item.error.code)
    if (item.state === 'FAILED' && this.#failures.length < MOST_FAILED) this.#failures.push(item)
    if (item.attempts === 0) return
    this.#retries += item.attempts - 1
    this.#durations.push(item.timings.total)
    this.#compare(item)
  }

  #compare(item: FanOutItem): void {
    const slowest = this.#slowest
    const { total } = item.timings
    if (slowest.length === MOST_SLOWEST && total <= slowest[MOST_SLOWEST - 1]!.timings.total) return
    const before = slowest.findIndex(({ timings }) => timings.total < total)
    slowest.splice(before < 0 ? slowest.length : before, 0, item)
    if (slowest.length > MOST_SLOWEST) slowest.pop()
  }

  summary(): FanOutSummary {
    const durations = Float64Array.from(this.#durations).sort()
    return {
      total: this.done,
      ...this.counts,
      statuses: Object.fromEntries(this.#statuses),
      errors: Object.fromEntries(this.#errors),
      retries: this.#retries,
      ...(durations.length === 0 ? {} : { durations: percentiles(durations) }),
      slowest: this.#slowest.map(mention),
      failures: this.#failures.map(mention),
    }
  }
}

/** Nearest rank: the smallest value that so many of all do not exceed. */
function percentiles(sorted: Float64Array): NonNullable<FanOutSummary['durations']> {
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) }
}

function mention({ index, id, url, status, timings, error }: FanOutItem): Mention {
  return {
    index,
    id,
    url,
    ...(status === undefined ? {} : { status }),
    total: timings.total,
    ...(error === undefined ? {} : { error: error.code }),
  }
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
