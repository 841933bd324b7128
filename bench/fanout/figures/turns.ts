import { inTurn, measure, type Measured } from '../../lib/subject.ts'
import { argument, type Load } from '../load.ts'
import type { Target } from '../started.ts'

/** A subject's file in bench/fanout, and what it is told to ask for. */
export type Subject = readonly [file: string, load: Load]

/**
 * Runs subjects in turn against one target. Each begins when the target has closed the last connection of the one before,
 * and finds the counts at 0.
 */
export function turns<Name extends string>(
  target: Target,
  rounds: number,
  subjects: Readonly<Record<Name, Subject>>,
): Promise<Record<Name, Measured[]>> {
  const runs = Object.entries<Subject>(subjects).map(([name, [file, load]]) => [
    name,
    async () => {
      await target.counts('quiet')
      return measure(`fanout/${file}`, argument(target, load))
    },
  ])
  return inTurn(rounds, Object.fromEntries(runs) as Record<Name, () => Promise<Measured>>)
}
