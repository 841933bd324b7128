import type { Figure } from '../../lib/report.ts'
import { measure } from '../../lib/subject.ts'
import type { Sizes } from '../sizes.ts'

const FILTERS = ['operation', 'state', 'tag'] as const

/** What a page of 50 costs by one filter, in the order of creation, among very many tasks. */
export async function pageFigures(engine: string, where: string, sizes: Sizes): Promise<Figure[]> {
  const { few, many, pages } = sizes
  const measured = await measure('engines/pages.mjs', [engine, where, few, many, pages])
  const figures = FILTERS.flatMap((filter): Figure[] => {
    const of = (size: string, what: string) => measured[`${filter} ${size} ${what}`]!
    return [
      {
        figure: `${engine}: page of 50 by ${filter}, p99 at ${many.toLocaleString('en')}`,
        value: of('large', 'p99'),
        unit: 'ms',
        budget: 10,
        better: 'lower',
      },
      {
        figure: `… median`,
        value: of('large', 'mid'),
        unit: 'ms',
        peer: `at ${few.toLocaleString('en')}: ${of('small', 'mid').toFixed(3)} ms`,
        ratio: of('large', 'mid') / of('small', 'mid'),
        budget: 1.5,
        better: 'lower',
      },
    ]
  })
  return [
    ...figures,
    {
      figure: `${engine}: tasks stored by its contract while filling`,
      value: measured['filled']!,
      unit: '/s',
      better: 'higher',
    },
  ]
}
