import { expected, tried, type Trial } from '../test/animators/fanout/connections/trial.ts'
import { causeOf, trials } from '../test/animators/fanout/connections/trials.ts'
import { startTargets } from '../test/animators/fanout/targets/targets.ts'

/**
 * Prints what is left of connections after lists of requests, as tables for docs/benchmarks.md: `open + new`, where `open` were left open by a
 * list, and `new` were made by a second one, of the same size and all good, beside them. A count that is not what it should be stands in bold
 * with what it should be, and makes the program fail. `npm run bench:connections`; `-- short` for what the tests try.
 */
const targets = await startTargets({ kinds: ['http', 'h2c'], addresses: 8 })
const tables = new Map<Trial['protocol'], Map<string, Map<number, string>>>()
try {
  for (const trial of trials(process.argv[2] !== 'short')) {
    const began = performance.now()
    const cell = await cellOf(trial).catch(failed)
    const rows = entry(tables, trial.protocol, () => new Map<string, Map<number, string>>())
    entry(rows, rowOf(trial), () => new Map<number, string>()).set(trial.size, cell)
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`
    process.stderr.write(`${trial.protocol}, ${trial.size}, ${rowOf(trial)}: ${cell} (${took})\n`)
  }
} finally {
  await targets.stop()
}
for (const [protocol, rows] of tables) print(protocol, rows)

async function cellOf(trial: Trial): Promise<string> {
  const wanted = expected(trial)
  const seen = await tried(targets, trial)
  const good = (['open', 'reused', 'fresh', 'succeeded', 'openAtEnd'] as const).every(
    (name) => seen[name] === wanted[name],
  )
  const cell = `${shown(seen.open)} + ${shown(seen.fresh)}`
  if (good) return cell
  process.exitCode = 1
  return `**${cell}** (${shown(wanted.open)} + ${shown(wanted.fresh)})`
}

function failed(error: unknown): string {
  process.exitCode = 1
  process.stderr.write(`${String(error)}\n`)
  return '**failed**'
}

function rowOf({ share, causes }: Trial): string {
  return share === 'none' ? 'all good' : `${share}: ${causeOf(causes)}`
}

function print(protocol: string, rows: ReadonlyMap<string, ReadonlyMap<number, string>>): void {
  const sizes = [...new Set([...rows.values()].flatMap((row) => [...row.keys()]))].sort((a, b) => a - b)
  console.log()
  console.log(line([protocol, ...sizes.map(shown)]))
  console.log(line(['---', ...sizes.map(() => '--:')]))
  for (const [name, row] of rows) console.log(line([name, ...sizes.map((size) => row.get(size) ?? '')]))
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

function shown(count: number): string {
  return count.toLocaleString('en')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
