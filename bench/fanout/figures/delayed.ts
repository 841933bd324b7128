import type { Figure } from '../../lib/report.ts'
import type { Sizes } from '../sizes.ts'
import type { Target } from '../started.ts'
import { against, atMost, failures } from './against.ts'
import { turns } from './turns.ts'

/** Requests that are all in flight behind a delay, to a few addresses and to one each. */
export async function delayedFigures(target: Target, sizes: Sizes): Promise<Figure[]> {
  const { inFlight: count, delay } = sizes
  const load = { path: `/d/${delay}`, count, concurrency: count }
  const { list, task, ...runs } = await turns(target, sizes.longTurns, {
    bare: ['bare.mjs', load],
    list: ['library.mjs', load],
    task: ['task.mjs', load],
  })
  const { apart } = await turns(target, 1, { apart: ['library.mjs', { ...load, addresses: count }] })
  const bare = { name: 'bare dispatch', runs: runs.bare }
  const requests = `${count.toLocaleString('en')} in flight behind ${delay / 1000} s`
  return [
    against(list, bare, 'wall', `${requests}, a list`, { budget: 1.05 }),
    against(list, bare, 'cpu', '… CPU'),
    atMost(list, 'rss', '… most memory', 'MB', 400, bare),
    atMost(list, 'block', '… event loop blocked at most', 'ms', undefined, bare),
    against(task, bare, 'wall', `${requests}, a task`, { budget: 1.05 }),
    against(task, bare, 'cpu', '… CPU'),
    atMost(task, 'rss', '… most memory', 'MB', 400, bare),
    atMost(task, 'block', '… event loop blocked at most', 'ms', undefined, bare),
    against(apart, { name: 'to 8 addresses', runs: list }, 'wall', `${requests}, an address for each`),
    atMost(apart, 'rss', '… most memory', 'MB'),
    failures([...list, ...task, ...apart]),
  ]
}
