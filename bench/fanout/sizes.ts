/** How many loopback addresses the requests of a list go to. */
export const ADDRESSES = 8

/** How much of everything is measured. */
export interface Sizes {
  /** How often subjects take turns: with short lists, and with long ones. The longest of all are measured once. */
  readonly turns: number
  readonly longTurns: number
  /** Requests that are answered at once, and lists of them in one process: the first is the figure, the others are warm. */
  readonly atOnce: number
  readonly lists: number
  /** Requests in flight behind a delay of so many ms. */
  readonly inFlight: number
  readonly delay: number
  /** Lists of more requests than a process has descriptors, and the delay of each. */
  readonly beyond: readonly { readonly count: number; readonly delay: number }[]
  /** Requests in flight over HTTP/2. */
  readonly streams: number
  /** Connections with client certificates. */
  readonly handshakes: number
}

const FULL: Sizes = {
  turns: 5,
  longTurns: 3,
  atOnce: 24_000,
  lists: 3,
  inFlight: 19_000,
  delay: 2_000,
  beyond: [
    { count: 24_000, delay: 2_000 },
    { count: 50_000, delay: 200 },
  ],
  streams: 100_000,
  handshakes: 5_000,
}

const QUICK: Sizes = {
  turns: 1,
  longTurns: 1,
  atOnce: 2_000,
  lists: 2,
  inFlight: 1_000,
  delay: 200,
  beyond: [{ count: 3_000, delay: 20 }],
  streams: 2_000,
  handshakes: 200,
}

/** `BENCH_QUICK=1` only shows that everything runs. */
export function sizes(env: NodeJS.ProcessEnv): Sizes {
  return env['BENCH_QUICK'] === '1' ? QUICK : FULL
}
