import { of, ratio } from '../../lib/beside.ts'
import { rounded, type Figure } from '../../lib/report.ts'
import type { Measured } from '../../lib/subject.ts'

/** Runs of a subject, and what to call it. */
export interface Peer {
  readonly name: string
  readonly runs: readonly Measured[]
}

/** A time in ms, or another number that is better when it is lower, beside the peer's of the same turns. */
export function against(
  ours: readonly Measured[],
  peer: Peer,
  what: string,
  figure: string,
  options: { readonly unit?: string; readonly budget?: number } = {},
): Figure {
  const { unit = 'ms', budget } = options
  return {
    figure,
    value: of(ours, what),
    unit,
    peer: `${peer.name}: ${rounded(of(peer.runs, what))}`,
    ratio: ratio(ours, peer.runs, what),
    ...(budget === undefined ? {} : { budget }),
    better: 'lower',
  }
}

/** A number that must not be passed, with the peer's beside it where there is one. */
export function atMost(
  ours: readonly Measured[],
  what: string,
  figure: string,
  unit: string,
  budget?: number,
  peer?: Peer,
): Figure {
  return {
    figure,
    value: of(ours, what),
    unit,
    ...(peer === undefined ? {} : { peer: `${peer.name}: ${rounded(of(peer.runs, what))}` }),
    ...(budget === undefined ? {} : { budget }),
    better: 'lower',
  }
}

/** All failures of all runs: none is forgiven by a median. */
export function failures(runs: readonly Measured[], figure = '… failures'): Figure {
  const value = runs.reduce((sum, run) => sum + run['failures']!, 0)
  return { figure, value, unit: 'requests', budget: 0, better: 'lower' }
}
