import { atOnceFigures } from './fanout/figures/at-once.ts'
import { beyondFigures } from './fanout/figures/beyond.ts'
import { cancelFigures } from './fanout/figures/cancel.ts'
import { delayedFigures } from './fanout/figures/delayed.ts'
import { handshakeFigures } from './fanout/figures/handshakes.ts'
import { neighbourFigures } from './fanout/figures/neighbour.ts'
import { streamFigures } from './fanout/figures/streams.ts'
import { sizes } from './fanout/sizes.ts'
import { Target } from './fanout/started.ts'
import { figuresOf } from './lib/parts.ts'
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

report('majordomo fan-out', await figuresOf(PARTS))

/** Figures against a target of plain HTTP/1.1. */
async function plain(measured: (target: Target) => Promise<Figure[]>): Promise<Figure[]> {
  const target = await Target.at('http1')
  try {
    return await measured(target)
  } finally {
    target.stop()
  }
}
