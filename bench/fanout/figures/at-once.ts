import { of } from '../../lib/beside.ts'
import type { Figure } from '../../lib/report.ts'
import type { Measured } from '../../lib/subject.ts'
import type { Sizes } from '../sizes.ts'
import type { Target } from '../started.ts'
import { against, atMost, failures, type Peer } from './against.ts'
import { turns } from './turns.ts'

/** Connection caps of the bare pools; the best of them is the peer. */
const CAPS = [64, 256, 1_024]

/** Requests that are answered at once, each recorded: what the client itself costs. */
export async function atOnceFigures(target: Target, sizes: Sizes): Promise<Figure[]> {
  const { atOnce: count, lists } = sizes
  const load = { path: '/', count, lists }
  const pools = CAPS.map(
    (concurrency) => [concurrency, ['bare.mjs', { ...load, concurrency }] as const] as const,
  )
  const runs: Record<string, Measured[]> = await turns(target, sizes.turns, {
    ...Object.fromEntries(pools),
    list: ['library.mjs', load],
    task: ['task.mjs', load],
  })
  const list = runs['list']!
  const task = runs['task']!
  const requests = count.toLocaleString('en')
  const first = best(runs, 'wall')
  const later = best(runs, 'warmWall')
  return [
    against(list, first, 'wall', `${requests} requests answered at once, a list`, { budget: 1.15 }),
    against(list, first, 'cpu', '… CPU'),
    against(list, later, 'warmWall', '… the lists after it'),
    against(task, first, 'wall', `${requests} requests answered at once, a task`, { budget: 1.15 }),
    against(task, first, 'cpu', '… CPU'),
    against(task, later, 'warmWall', '… the tasks after it'),
    atMost(task, 'rss', '… most memory', 'MB', 250, first),
    failures([...list, ...task]),
  ]
}

/** Bare dispatch with the cap that was fastest. */
function best(runs: Record<string, Measured[]>, what: string): Peer {
  const [cap] = CAPS.toSorted((a, b) => of(runs[a], what) - of(runs[b], what))
  return { name: `bare dispatch, ${cap} connections`, runs: runs[cap!]! }
}
