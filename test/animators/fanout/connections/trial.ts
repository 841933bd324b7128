import { FanOut, type FanOutItem, type FanOutRequest } from '../../../../src/animators/fanout/index.ts'
import { codes, collected } from '../items.ts'
import type { Targets } from '../targets/targets.ts'
import { SHARES, type Cause, type Share } from './causes.ts'

export interface Trial {
  readonly size: number
  readonly share: Share
  /** Those that do not end well take these in turn. */
  readonly causes: readonly Cause[]
  readonly protocol: 'HTTP/1.1' | 'HTTP/2'
}

/** What was seen of two lists on the same FanOut, the second one of the same size and all good. */
export interface Seen {
  /** Items of the first list by error code; 'none' for those that succeeded. */
  readonly codes: Readonly<Record<string, number>>
  /** Connections that the first list left open, as the server counts them. */
  readonly open: number
  /** The same, as the FanOut does. */
  readonly idle: number
  /** Connections that the second list made anew. */
  readonly fresh: number
  /** Requests of the second list on connections that were there. */
  readonly reused: number
  /** The same, by the items. */
  readonly markedReused: number
  readonly succeeded: number
  readonly openAtEnd: number
  /** Streams of HTTP/2 that the first list reset. */
  readonly streamResets: number
}

/** What ought to be seen. */
export interface Expected extends Omit<Seen, 'streamResets' | 'idle' | 'markedReused'> {
  readonly failing: number
}

const ADDRESSES = 8
/** Streams of one HTTP/2 connection. */
export const STREAMS = 100

/** A long wait for what never comes; longer for many, so that all of them are on their way before the first is given up. */
const patience = (size: number): number =>
  size > 16_000 ? 15_000 : size > 4000 ? 3000 : size > 1000 ? 1000 : 300

export function expected({ size, share, causes, protocol }: Trial): Expected {
  const wanted: Record<string, number> = {}
  let failing = 0
  let closed = 0
  eachCause(size, share, causes, (cause) => {
    const code = cause?.code ?? 'none'
    wanted[code] = (wanted[code] ?? 0) + 1
    if (cause !== undefined) failing++
    if (cause?.closes === true) closed++
  })
  // In HTTP/2 what closes is a stream, and the connection stays.
  const sessions = Array.from({ length: ADDRESSES }, (_, i) =>
    Math.ceil(Math.ceil((size - i) / ADDRESSES) / STREAMS),
  ).reduce((sum, one) => sum + one, 0)
  const http1 = protocol === 'HTTP/1.1'
  return {
    failing,
    codes: wanted,
    open: http1 ? size - closed : sessions,
    fresh: http1 ? closed : 0,
    reused: http1 ? size - closed : size,
    succeeded: size,
    openAtEnd: http1 ? size : sessions,
  }
}

/** Runs two lists, and counts at the server what is left of their connections. */
export async function tried(targets: Targets, trial: Trial): Promise<Seen> {
  const { size, protocol } = trial
  const fanout = new FanOut()
  const transport = protocol === 'HTTP/2' ? ({ http2: 'prior-knowledge', maxStreams: STREAMS } as const) : {}
  const kind = protocol === 'HTTP/2' ? 'h2c' : 'http'
  const run = async (requests: FanOutRequest[], gate: string, gated: number): Promise<FanOutItem[]> => {
    await targets.gate(gate).shut()
    const list = fanout.launch(requests, { source: { transport }, concurrency: size })
    const items = collected(list)
    await targets.gate(gate).held(gated)
    await targets.gate(gate).open()
    return items
  }
  try {
    await targets.reset()
    const first: FanOutRequest[] = []
    let gated = 0
    eachCause(size, trial.share, trial.causes, (cause, i) => {
      if (cause?.gated !== false) gated++
      const path = cause === undefined ? '/gate/a' : cause.gated ? `/gate/a${cause.path}` : cause.path
      first.push({ url: targets.url(path, i, kind), ...cause?.request(patience(size)) })
    })
    const outcome = codes(await run(first, 'a', gated))
    const { open, streamResets } = await targets.when({ open: expected(trial).open }, 10_000)
    const { idle } = fanout.stats()

    await targets.reset()
    const items = await run(
      first.map((_, i) => ({ url: targets.url('/gate/b', i, kind) })),
      'b',
      size,
    )
    const { accepted, reused, open: openAtEnd } = await targets.counts()
    return {
      codes: outcome,
      open,
      idle,
      fresh: accepted,
      reused,
      markedReused: items.filter(({ reused }) => reused).length,
      succeeded: items.filter(({ state }) => state === 'SUCCEEDED').length,
      openAtEnd,
      streamResets,
    }
  } finally {
    await fanout.close()
    await targets.when({ open: 0 }, 10_000)
  }
}

function eachCause(
  size: number,
  share: Share,
  causes: readonly Cause[],
  visit: (cause: Cause | undefined, i: number) => void,
): void {
  let failing = 0
  for (let i = 0; i < size; i++)
    visit(SHARES[share](i) && causes.length > 0 ? causes[failing++ % causes.length] : undefined, i)
}
