import type { Figure } from '../../lib/report.ts'
import { of } from '../../lib/beside.ts'
import type { Sizes } from '../sizes.ts'
import type { Target } from '../started.ts'
import { atMost } from './against.ts'
import { turns } from './turns.ts'

/** What an express route of the same process feels of a fan-out. */
export async function neighbourFigures(target: Target, sizes: Sizes): Promise<Figure[]> {
  const { atOnce: count, lists, delay } = sizes
  const { quick, slow } = await turns(target, 1, {
    quick: ['neighbour.mjs', { path: '/', count, lists: lists * 2 }],
    slow: ['neighbour.mjs', { path: `/d/${delay}`, count }],
  })
  const requests = count.toLocaleString('en')
  return [
    { what: `while tasks of ${requests} run that are answered at once`, runs: quick },
    { what: `while one of ${requests} runs behind ${delay / 1000} s`, runs: slow },
  ].flatMap(({ what, runs }): Figure[] => [
    {
      ...atMost(runs, 'p99', `express route ${what}, p99`, 'ms', 100),
      peer: `while nothing runs: ${of(runs, 'idle').toFixed(2)}`,
    },
    { ...atMost(runs, 'most', '… the longest', 'ms'), peer: `${of(runs, 'asked')} requests` },
  ])
}
