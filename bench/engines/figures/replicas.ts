import type { Figure } from '../../lib/report.ts'
import { inTurn, measure } from '../../lib/subject.ts'
import type { Sizes } from '../sizes.ts'
import { of, ratio } from '../../lib/beside.ts'

/** Several processes on one Redis: cancel and death across them, and what they get done together. */
export async function replicaFigures(url: string, sizes: Sizes): Promise<Figure[]> {
  return [
    ...(await cancel(url, sizes)),
    ...(await takeover(url, sizes)),
    ...(await naps(url, sizes)),
    ...(await noops(url, sizes)),
  ]
}

async function cancel(url: string, { turns, cancels }: Sizes): Promise<Figure[]> {
  const { runs } = await inTurn(turns, { runs: () => measure('engines/cancel-across.mjs', [url, cancels]) })
  return [
    {
      figure: 'redis: cancel in one process to abort seen in another, p99',
      value: of(runs, 'p99'),
      unit: 'ms',
      peer: `median ${of(runs, 'p50').toFixed(2)} ms`,
      budget: 50,
      better: 'lower',
    },
  ]
}

async function takeover(url: string, { deaths }: Sizes): Promise<Figure[]> {
  const { median, most } = await measure('engines/takeover.mjs', [url, deaths])
  return [
    {
      figure: 'redis: kill -9 of a process to its task running in another, leases of 10 s',
      value: median! / 1000,
      unit: 's',
      peer: `at most ${(most! / 1000).toFixed(1)} s`,
      better: 'lower',
    },
  ]
}

async function naps(url: string, { turns, rounds, naps: pieces }: Sizes): Promise<Figure[]> {
  const team = (replicas: number) => () =>
    measure('engines/bag.mjs', [url, 'NAP', replicas, 10, pieces, rounds])
  const { one, two } = await inTurn(turns, { one: team(1), two: team(2) })
  return [
    {
      figure: 'redis: time of two replicas for a bag of tasks of 10 ms, concurrency 10 each',
      value: pieces / of(two, 'rate'),
      unit: 's',
      peer: `one replica ${(pieces / of(one, 'rate')).toFixed(2)} s`,
      ratio: ratio(one, two, 'rate'),
      budget: 0.6,
      better: 'lower',
    },
  ]
}

async function noops(url: string, { turns, rounds, noops: pieces }: Sizes): Promise<Figure[]> {
  const team = (replicas: number) => () =>
    measure('engines/bag.mjs', [url, 'NOOP', replicas, 50, pieces, rounds])
  const { one, three } = await inTurn(turns, { one: team(1), three: team(3) })
  return [
    {
      figure: 'redis: no-op tasks of three replicas, concurrency 50 each',
      value: of(three, 'rate'),
      unit: '/s',
      peer: `one replica ${Math.round(of(one, 'rate'))}/s`,
      ratio: ratio(three, one, 'rate'),
      budget: 1,
      better: 'higher',
    },
  ]
}
