import { atOnceFigures } from './fanout/figures/at-once.ts'
import { beyondFigures } from './fanout/figures/beyond.ts'
import { cancelFigures } from './fanout/figures/cancel.ts'
import { delayedFigures } from './fanout/figures/delayed.ts'
import { handshakeFigures } from './fanout/figures/handshakes.ts'
import { neighbourFigures } from './fanout/figures/neighbour.ts'
import { streamFigures } from './fanout/figures/streams.ts'
import { sizes } from './fanout/sizes.ts'
import { Target } from './fanout/started.ts'
import { report, type Figure } from './lib/report.ts'

/**
 * The figures of the fan-out, beside bare undici in the same run, against a target in a process of its own. `npm run bench:fanout`
 * builds first, then calls this; `npm run bench:fanout -- at-once cancel` measures these parts only, and `BENCH_QUICK=1`
 * makes all of it small.
 */

const size = sizes(process.env)

const PARTS: Readonly<Record<string, () => Promise<Figure[]>>> = {
  'at-once': () => plain((target) => atOnceFigures(target, size)),
  delayed: () => plain((target) => delayedFigures(target, size)),
  beyond: () => beyondFigures(size),
  streams: () => streamFigures(size),
  handshakes: () => handshakeFigures(size),
  cancel: () => plain((target) => cancelFigures(target, size)),
  neighbour: () => plain((target) => neighbourFigures(target, size)),
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS)
const figures: Figure[] = []
for (const name of wanted) {
  const part = PARTS[name]
  if (part === undefined)
    throw new Error(`there is no part ${JSON.stringify(name)}, but ${Object.keys(PARTS).join(', ')}`)
  figures.push(...(await part()))
}

report('majordomo fan-out', figures)

/** Figures against a target of plain HTTP/1.1. */
async function plain(measured: (target: Target) => Promise<Figure[]>): Promise<Figure[]> {
  const target = await Target.at('http1')
  try {
    return await measured(target)
  } finally {
    target.stop()
  }
}
