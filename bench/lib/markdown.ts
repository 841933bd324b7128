import { readFileSync } from 'node:fs'
import { rounded, reached, type Figure } from './report.ts'

/**
 * The rows of a table for docs/benchmarks.md, from what a benchmark has printed:
 * `npm run bench:fanout | tee run.txt; npx tsx bench/lib/markdown.ts < run.txt`, and then `npm run format`.
 */
const figures = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{"figure"'))
  .map((line) => JSON.parse(line) as Figure)

console.log('| figure | value | beside | ratio | budget | reached |\n| - | - | - | - | - | - |')
for (const { figure, value, unit, peer = '', ratio, budget, better } of figures) {
  const sign = better === 'lower' ? '<=' : '>='
  const good = budget === undefined ? '' : reached(ratio ?? value, budget, better) ? 'yes' : '**no**'
  const cells = [
    figure,
    `${rounded(value)} ${unit}`,
    peer,
    ratio ?? '',
    budget === undefined ? '' : `${sign} ${budget}`,
    good,
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
