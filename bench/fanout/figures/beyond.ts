import { of } from '../../lib/beside.ts'
import type { Figure } from '../../lib/report.ts'
import type { Sizes } from '../sizes.ts'
import { Target } from '../started.ts'
import { atMost, failures } from './against.ts'
import { turns } from './turns.ts'

/** Lists that ask for more at once than the process may have descriptors. */
export async function beyondFigures(sizes: Sizes): Promise<Figure[]> {
  const target = await Target.ofTwo('http1')
  try {
    const figures: Figure[] = []
    for (const { count, delay } of sizes.beyond) {
      const load = { path: `/d/${delay}`, count }
      const { all, found } = await turns(target, 1, {
        all: ['library.mjs', { ...load, concurrency: count }],
        found: ['library.mjs', load],
      })
      const requests = `${count.toLocaleString('en')} behind ${delay / 1000} s`
      figures.push(
        { ...atMost(all, 'wall', `${requests}, asked for all at once`, 'ms'), peer: connections(all) },
        failures(all),
        { ...atMost(found, 'wall', `${requests}, left to itself`, 'ms'), peer: connections(found) },
        failures(found),
      )
    }
    return figures
  } finally {
    target.stop()
  }
}

/** As the target's processes have counted them. */
function connections(runs: Parameters<typeof of>[0]): string {
  return `${of(runs, 'mostOpen').toLocaleString('en')} connections at most`
}
