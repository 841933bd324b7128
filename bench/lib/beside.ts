import { median } from './report.ts'
import type { Measured } from './subject.ts'

/** The median of a number that each run has told. */
export function of(runs: readonly Measured[] | undefined, name: string): number {
  return median((runs ?? []).map((run) => run[name]!))
}

/** The median ratio of runs that took turns: each is held against the one beside it, so that a slower minute slows both. */
export function ratio(ours: readonly Measured[], theirs: readonly Measured[], name: string): number {
  return median(ours.map((run, i) => run[name]! / theirs[i]![name]!))
}
