import { middle } from '../lib/throughput.mjs'
import { tell } from '../lib/rounds.mjs'
import { peakMemory, watched } from '../lib/watched.mjs'
import { load, target } from './load.mjs'

/**
 * Runs the load's lists one after another; `run` answers the items, or where they are read. Tells of the first list by itself, and the
 * medians of the later ones, which find connections and compiled code. Ends the process, whatever is open.
 */
export async function inTurn(run, good) {
  const runs = []
  for (let n = 0; n < load.lists; n++) runs.push(await measured(run, good))
  const [first, ...later] = runs
  const of = (name) => middle(later.map((one) => one[name]))
  const warm =
    later.length === 0
      ? {}
      : {
          warmWall: of('wall'),
          warmCpu: of('cpu'),
          warmServed: of('served'),
          warmKernel: of('kernel'),
          warmMade: of('made'),
        }
  tell({ ...first, ...warm, failures: runs.reduce((sum, { failures }) => sum + failures, 0) })
  process.exit()
}

async function measured(run, good) {
  const before = await target('reset')
  let items
  const times = await watched(async () => (items = await run()))
  const { made, resumed, mostOpen, mostInFlight, cpu } = await target('now')
  const rss = peakMemory()
  if (typeof items === 'function') items = await items()
  const failures = load.count - items.filter(good).length
  return { ...times, made, resumed, mostOpen, mostInFlight, served: cpu - before.cpu, rss, failures }
}
