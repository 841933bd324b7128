import { startRedis } from './lib/redis-server.ts'
import { inTurn, measure, type Measured } from './lib/subject.ts'
import { median, report, type Figure } from './lib/report.ts'

/** The core's figures, each beside its peer in the same run. `npm run bench:core` builds first, then calls this. */

const TASKS = 100_000
const JOBS = 5_000

const of = (runs: readonly Measured[] | undefined, name: string): number =>
  median((runs ?? []).map((run) => run[name]!))

const redis = await startRedis()
const figures: Figure[] = []

const subjects: Record<string, () => Promise<Measured>> = {
  many: () => measure('core/tasks.mjs', [TASKS, 5, 'many']),
  fastq: () => measure('core/fastq.mjs', [TASKS, 5]),
  one: () => measure('core/tasks.mjs', [TASKS, 5, 'one']),
}
if (redis !== undefined) subjects['bullmq'] = () => measure('core/bullmq.mjs', [JOBS, 3, redis.port])
const speed = await inTurn(3, subjects)
const many = of(speed['many'], 'cpu')
figures.push(
  {
    figure: 'no-op task, createMany to purged',
    value: many,
    unit: 'µs CPU',
    peer: `fastq ${of(speed['fastq'], 'cpu').toFixed(2)} µs`,
    ratio: many / of(speed['fastq'], 'cpu'),
    budget: 2,
    better: 'lower',
  },
  {
    figure: 'no-op task, awaited one by one',
    value: of(speed['one'], 'cpu'),
    unit: 'µs CPU',
    peer: `createMany ${many.toFixed(2)} µs`,
    ratio: of(speed['one'], 'cpu') / many,
    budget: 2,
    better: 'lower',
  },
)
if (redis === undefined) console.log('no redis-server on PATH: the comparison with BullMQ is left out')
else {
  figures.push({
    figure: 'no-op tasks a second',
    value: of(speed['many'], 'rate'),
    unit: '/s',
    peer: `BullMQ ${Math.round(of(speed['bullmq'], 'rate'))}/s`,
    ratio: of(speed['many'], 'rate') / of(speed['bullmq'], 'rate'),
    budget: 20,
    better: 'higher',
  })
  redis.stop()
}

const { retained, cancel } = await inTurn(3, {
  retained: () => measure('core/retained.mjs'),
  cancel: () => measure('core/cancel.mjs'),
})
figures.push(
  {
    figure: 'heap of a retained ended task, at 1,000,000',
    value: of(retained, 'bytes'),
    unit: 'B',
    budget: 700,
    better: 'lower',
  },
  {
    figure: 'page of 50 by one filter, p99 at 1,000,000',
    value: of(retained, 'large'),
    unit: 'µs',
    peer: `at 1,000: ${of(retained, 'small').toFixed(0)} µs`,
    ratio: median(retained.map((run) => run['large']! / run['small']!)),
    budget: 1.5,
    better: 'lower',
  },
  {
    figure: 'cancel to abort seen, p99',
    value: of(cancel, 'p99'),
    unit: 'µs',
    budget: 1_000,
    better: 'lower',
  },
)

const startup = await inTurn(9, {
  majordomo: () => measure('core/startup.mjs', ['majordomo']),
})
figures.push({
  figure: 'import and construct, beyond express',
  value: of(startup.majordomo, 'ms'),
  unit: 'ms',
  budget: 30,
  better: 'lower',
})

report('majordomo core', figures)
