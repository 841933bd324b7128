import type { Figure } from '../../lib/report.ts'
import { of } from '../../lib/beside.ts'
import type { Sizes } from '../sizes.ts'
import type { Target } from '../started.ts'
import { atMost } from './against.ts'
import { turns } from './turns.ts'

/** Longer than anything here takes. */
const NEVER = 60_000

/** A cancel while everything is in flight. */
export async function cancelFigures(target: Target, sizes: Sizes): Promise<Figure[]> {
  const count = sizes.inFlight
  const load = { path: `/d/${NEVER}`, count, concurrency: count }
  const { list, task } = await turns(target, sizes.longTurns, {
    list: ['cancel.mjs', { ...load, way: 'list' }],
    task: ['cancel.mjs', { ...load, way: 'task' }],
  })
  return [
    { what: `cancel of a list with ${count.toLocaleString('en')} in flight`, runs: list },
    { what: `cancel of a task with ${count.toLocaleString('en')} in flight`, runs: task },
  ].flatMap(({ what, runs }): Figure[] => [
    atMost(runs, 'marked', `${what}: every item marked`, 'ms', 100),
    atMost(runs, 'closed', '… every connection closed at the target', 'ms', 2_000),
    {
      ...atMost(runs, 'block', '… event loop blocked at most', 'ms', 50),
      peer: `between two turns: ${of(runs, 'gap').toFixed(1)} ms`,
    },
    atMost(runs, 'unmarked', '… items not marked', 'items', 0),
  ])
}
