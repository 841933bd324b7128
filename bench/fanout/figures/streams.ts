import type { Figure } from '../../lib/report.ts'
import { of } from '../../lib/beside.ts'
import type { Sizes } from '../sizes.ts'
import { Target } from '../started.ts'
import { against, atMost, failures } from './against.ts'
import { turns } from './turns.ts'

const MAX_STREAMS = 500

/** Requests over HTTP/2, none of which is answered before all of them are there. */
export async function streamFigures(sizes: Sizes): Promise<Figure[]> {
  const target = await Target.at('http2')
  try {
    const count = sizes.streams
    const transport = { http2: 'prior-knowledge', maxStreams: MAX_STREAMS }
    const load = { path: `/gate/${count}`, count, concurrency: count, transport }
    const { list, ...runs } = await turns(target, 1, {
      bare: ['bare-http2.mjs', load],
      list: ['library.mjs', load],
    })
    const bare = { name: 'bare node:http2', runs: runs.bare }
    return [
      against(list, bare, 'wall', `${count.toLocaleString('en')} in flight over HTTP/2, a list`),
      against(list, bare, 'cpu', '… CPU'),
      atMost(list, 'rss', '… most memory', 'MB', undefined, bare),
      atMost(list, 'block', '… event loop blocked at most', 'ms', undefined, bare),
      {
        figure: '… in flight at the target at once',
        value: of(list, 'mostInFlight'),
        unit: 'requests',
        peer: `${of(list, 'mostOpen')} connections`,
        budget: count,
        better: 'higher',
      },
      failures(list),
    ]
  } finally {
    target.stop()
  }
}
