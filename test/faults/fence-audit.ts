import { existsSync, readFileSync } from 'node:fs'
import type { FenceRecord } from './worker/fence.ts'
import type { WorkerProcess } from './worker-process.ts'

/** One run as it really was. */
export interface FencedRun extends FenceRecord {
  readonly start: number
  /** When it stopped; when its process was found dead, where it did not come to that. */
  readonly end: number
  readonly how: FenceRecord['what'] | 'killed'
}

/** What the fences of these processes tell: their runs, in the order in which they started. */
export function runsOf(workers: readonly WorkerProcess[]): FencedRun[] {
  return workers.flatMap(runsOfOne).sort((a, b) => a.start - b.start)
}

function runsOfOne(worker: WorkerProcess): FencedRun[] {
  const starts = new Map<string, FenceRecord>()
  const stops = new Map<string, FenceRecord>()
  for (const record of recordsOf(worker)) (record.what === 'start' ? starts : stops).set(record.lease, record)
  return [...starts.values()].map((started) => {
    const stopped = stops.get(started.lease)
    const end = stopped?.at ?? worker.diedAt ?? Number.POSITIVE_INFINITY
    return { ...started, ...stopped, start: started.at, end, how: stopped?.what ?? 'killed' }
  })
}

/** A process that died while it wrote a line has not written it. */
function recordsOf({ config }: WorkerProcess): FenceRecord[] {
  if (!existsSync(config.fence)) return []
  const lines = readFileSync(config.fence, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as FenceRecord)
}

/** Pairs of runs with the same `of` that went on at the same time, in words. */
export function overlaps(
  runs: readonly FencedRun[],
  of: (run: FencedRun) => string | undefined,
): readonly string[] {
  const last = new Map<string, FencedRun>()
  const faults: string[] = []
  for (const run of runs) {
    const thing = of(run)
    if (thing === undefined) continue
    const before = last.get(thing)
    if (before !== undefined && run.start < before.end)
      faults.push(
        `${thing}: ${told(run)} began ${Math.round(before.end - run.start)} ms before ${told(before)} stopped`,
      )
    if (before === undefined || run.end > before.end) last.set(thing, run)
  }
  return faults
}

/** The most of these runs that went on at the same time. */
export function mostAtOnce(runs: readonly FencedRun[]): number {
  const moments = runs.flatMap(({ start, end }) => [
    { at: start, change: 1 },
    { at: end, change: -1 },
  ])
  let now = 0
  let most = 0
  for (const { change } of moments.sort((a, b) => a.at - b.at)) most = Math.max(most, (now += change))
  return most
}

/** How long after the death of its process each run that was killed was taken up by another, ms, ascending. */
export function takeovers(runs: readonly FencedRun[]): readonly number[] {
  const waits = runs.flatMap((run, i) => {
    if (run.how !== 'killed') return []
    const next = runs.slice(i + 1).find(({ id }) => id === run.id)
    return next === undefined ? [] : [next.start - run.end]
  })
  return waits.sort((a, b) => a - b)
}

function told({ id, attempt, worker, pid, how, why }: FencedRun): string {
  return `${id} attempt ${attempt} on ${worker} ${pid} (${how}${why === undefined ? '' : ` ${why}`})`
}
