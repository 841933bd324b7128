import { rounded, type Figure } from '../../lib/report.ts'
import { inTurn, measure } from '../../lib/subject.ts'
import type { Sizes } from '../sizes.ts'
import { of, ratio } from '../../lib/beside.ts'

const WAYS = [
  { how: 'drain', figure: 'no-op tasks drained from a full queue, concurrency 50', budget: 0.6 },
  { how: 'bulk', figure: 'no-op tasks from createMany to ended, concurrency 50', budget: 0.5 },
  { how: 'add', figure: 'tasks created one by one, each awaited', budget: 0.6 },
] as const

/** What the redis engine does a second, beside a bare BullMQ on the same server. */
export async function redisFigures(url: string, sizes: Sizes): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { how, figure, budget } of WAYS) {
    const pieces = how === 'add' ? sizes.added : sizes.tasks
    const args = [how, url, pieces, sizes.rounds]
    const { ours, purging, bullmq } = await inTurn(sizes.turns, {
      ours: () => measure('engines/redis.mjs', args),
      bullmq: () => measure('engines/bullmq.mjs', args),
      purging: () => measure('engines/redis.mjs', [...args, '0s']),
    })
    const peer = `BullMQ ${Math.round(of(bullmq, 'rate'))}/s`
    figures.push({
      figure: `redis: ${figure}`,
      value: of(ours, 'rate'),
      unit: '/s',
      peer,
      ratio: ratio(ours, bullmq, 'rate'),
      budget,
      better: 'higher',
    })
    if (how === 'add') continue
    figures.push(
      {
        figure: '… and purged at once, as BullMQ does',
        value: of(purging, 'rate'),
        unit: '/s',
        peer,
        ratio: ratio(purging, bullmq, 'rate'),
        better: 'higher',
      },
      {
        figure: '… CPU of the Redis server',
        value: of(ours, 'server'),
        unit: 'µs a task',
        peer: `BullMQ ${rounded(of(bullmq, 'server'))} µs`,
        ratio: ratio(ours, bullmq, 'server'),
        better: 'lower',
      },
      {
        figure: '… CPU of the worker',
        value: of(ours, 'cpu'),
        unit: 'µs a task',
        peer: `BullMQ ${rounded(of(bullmq, 'cpu'))} µs`,
        ratio: ratio(ours, bullmq, 'cpu'),
        better: 'lower',
      },
    )
  }
  return figures
}
