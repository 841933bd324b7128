import type { Figure } from '../../lib/report.ts'
import { madeCertificates } from '../certificates.ts'
import type { Sizes } from '../sizes.ts'
import { Target } from '../started.ts'
import { against, atMost, failures } from './against.ts'
import { turns } from './turns.ts'

/** Requests with client certificates, each on a connection of its own, and a second list that finds these connections. */
export async function handshakeFigures(sizes: Sizes): Promise<Figure[]> {
  const target = await Target.at('tls', madeCertificates())
  try {
    const count = sizes.handshakes
    const load = { path: `/gate/${count}`, count, concurrency: count, lists: 2 }
    const { list, ...runs } = await turns(target, 1, {
      bare: ['bare.mjs', load],
      list: ['library.mjs', load],
    })
    const bare = { name: 'bare dispatch', runs: runs.bare }
    const requests = `${count.toLocaleString('en')} in flight with client certificates, a list`
    return [
      against(list, bare, 'wall', requests),
      against(list, bare, 'cpu', '… CPU'),
      atMost(list, 'made', '… handshakes', 'connections', undefined, bare),
      atMost(list, 'block', '… event loop blocked at most', 'ms', undefined, bare),
      against(list, bare, 'warmWall', '… the list after it'),
      atMost(list, 'warmMade', '… handshakes', 'connections', 0, bare),
      failures(list),
    ]
  } finally {
    target.stop()
  }
}
