import type { Figure } from '../../lib/report.ts'
import { measure } from '../../lib/subject.ts'
import type { Sizes } from '../sizes.ts'

/**
 * What a process costs that has nothing to do. All are watched at the same time: none of them is in another's way.
 * `watching`: it has a listener of events.
 */
export async function idleFigures(
  subjects: readonly string[],
  where: string,
  { idle }: Sizes,
): Promise<Figure[]> {
  const measured = subjects.map(async (subject) => {
    const [engine, watching] = subject.split(' ')
    return measure('engines/idle.mjs', [engine!, where, idle, watching ?? ''])
  })
  return (await Promise.all(measured)).map(({ ms }, i) => ({
    figure: `${subjects[i]}: CPU of an idle process`,
    value: ms!,
    unit: 'ms a minute',
    better: 'lower',
  }))
}
