import { of, ratio } from './lib/beside.ts'
import { report, type Figure } from './lib/report.ts'
import { inTurn, measure } from './lib/subject.ts'

/** Commands as tasks, beside bare `child_process.spawn` in the same run. `npm run bench:process` builds first, then calls this. */

const PROCESSES = 500
const MANY = 10_000
const MEBIBYTES = 1_024
const CROWD = 50

const echo = await inTurn(5, {
  task: () => measure('process/echo.mjs', ['task', PROCESSES, 50]),
  bare: () => measure('process/echo.mjs', ['bare', PROCESSES, 50]),
})
const large = await inTurn(3, {
  small: () => measure('process/echo.mjs', ['task', PROCESSES / 2, 50]),
  large: () => measure('process/echo.mjs', ['task', PROCESSES / 2, 1_000]),
})
const flood = await inTurn(3, {
  task: () => measure('process/flood.mjs', ['task', MEBIBYTES]),
  file: () => measure('process/flood.mjs', ['file', MEBIBYTES]),
})
const crowd = await inTurn(3, { task: () => measure('process/crowd.mjs', [CROWD, 20]) })
const readback = await inTurn(3, { task: () => measure('process/readback.mjs', [512]) })
const flat = await measure('process/flat.mjs', [MANY])

const figures: Figure[] = [
  {
    figure: 'echo as a task, 8 at once',
    value: of(echo.task, 'rate'),
    unit: '/s',
    peer: `bare spawn ${of(echo.bare, 'rate').toFixed(0)}/s`,
    ratio: ratio(echo.task, echo.bare, 'rate'),
    budget: 0.7,
    better: 'higher',
  },
  {
    figure: 'the same in a service that holds 1 GB',
    value: of(large.large, 'rate'),
    unit: '/s',
    peer: `with 50 MB ${of(large.small, 'rate').toFixed(0)}/s`,
    ratio: ratio(large.large, large.small, 'rate'),
    budget: 0.8,
    better: 'higher',
  },
  {
    figure: 'longest block of the event loop there',
    value: of(large.large, 'block'),
    unit: 'ms',
    budget: 20,
    better: 'lower',
  },
  {
    figure: '1 GiB printed by a task, captured to its file',
    value: of(flood.task, 'rate'),
    unit: 'MiB/s',
    peer: `to a file descriptor ${of(flood.file, 'rate').toFixed(0)} MiB/s`,
    ratio: ratio(flood.task, flood.file, 'rate'),
    budget: 0.6,
    better: 'higher',
  },
  {
    figure: 'memory that this took, spawner and all',
    value: of(flood.task, 'grown'),
    unit: 'MiB',
    budget: 50,
    better: 'lower',
  },
  {
    figure: `${CROWD} tasks that print 20 MiB each at once`,
    value: of(crowd.task, 'rate'),
    unit: 'MiB/s',
    better: 'higher',
  },
  {
    figure: 'of these, end of the first by end of the last',
    value: of(crowd.task, 'first'),
    unit: '',
    better: 'higher',
  },
  {
    figure: 'memory that these took, spawner and all',
    value: of(crowd.task, 'grown'),
    unit: 'MiB',
    budget: 50,
    better: 'lower',
  },
  {
    figure: 'read back as lines, by following',
    value: of(readback.task, 'rate'),
    unit: 'MiB/s',
    budget: 150,
    better: 'higher',
  },
  {
    figure: `heap grown by ${MANY} short processes`,
    value: flat['heap']!,
    unit: 'MiB',
    budget: 5,
    better: 'lower',
  },
  {
    figure: `descriptors left by ${MANY} short processes`,
    value: flat['descriptors']!,
    unit: '',
    budget: 0,
    better: 'lower',
  },
  {
    figure: `zombies left by ${MANY} short processes`,
    value: flat['zombies']!,
    unit: '',
    budget: 0,
    better: 'lower',
  },
]
report('Processes', figures)
