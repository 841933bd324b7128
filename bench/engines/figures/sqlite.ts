import type { Figure } from '../../lib/report.ts'
import { inTurn, measure } from '../../lib/subject.ts'
import type { Sizes } from '../sizes.ts'
import { of, ratio } from '../../lib/beside.ts'

const BATCH = 256
const LEVELS = [
  { sync: 'process', outlives: 'the process' },
  { sync: 'power', outlives: 'a power cut' },
] as const

/** What the sqlite engine does a second, beside the bare statements that no such engine can do without. */
export async function sqliteFigures(sizes: Sizes): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { sync, outlives } of LEVELS) {
    const args = [sync, sizes.durable, BATCH, sizes.rounds]
    const { ours, bare } = await inTurn(sizes.turns, {
      ours: () => measure('engines/sqlite.mjs', args),
      bare: () => measure('engines/sqlite-bare.mjs', args),
    })
    figures.push({
      figure: `sqlite: no-op tasks from createMany to ended, batches of ${BATCH}, outlives ${outlives}`,
      value: of(ours, 'rate'),
      unit: '/s',
      peer: `bare statements ${Math.round(of(bare, 'rate'))}/s`,
      ratio: ratio(ours, bare, 'rate'),
      budget: 0.5,
      better: 'higher',
    })
  }
  return figures
}
