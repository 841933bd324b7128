/**
 * What the REST API costs beside a bare express 5 route that parses and answers the same JSON: CPU time of the server
 * per request, medians of several rounds in which the two take turns. Prints a table, then one line of JSON per figure.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { median, report, rounded, type Figure } from './lib/report.ts'
import { load, type Shot } from './rest/load.ts'
import { Readers } from './rest/readers.ts'
import { Started } from './rest/started.ts'

const ROUNDS = 7
const READERS = 1000
const SECONDS = 10

const figures: Figure[] = []

const ours = await Started.at('majordomo')
const sample = await sampleOf(ours)
const bare = await Started.at('bare', JSON.stringify(sample))
const creation = { operation: 'UPLOAD_PURGE', args: { olderThanDays: 30, path: '/data' }, tags: ['nightly'] }

await beside('POST /tasks', creating(creation), 4000, 0.7)
// Without the run that follows, which the bare route has no counterpart of.
await beside('POST /tasks, not started', creating({ ...creation, autoStart: false }), 4000, 0.7)
await beside('GET /tasks/{id}', fetching(sample.task), 4000, 0.7)
await beside('GET /tasks?limit=50', { method: 'GET', path: '/hk/tasks?limit=50' }, 1500, 0.5)
ours.stop()
bare.stop()
await routes()
await events()

report('REST API', figures)

async function sampleOf({
  port,
}: Started): Promise<{ task: { id: string }; page: { items: { id: string }[] } }> {
  const headers = { 'x-user': 'bench' }
  const answer = await fetch(`http://127.0.0.1:${port}/hk/tasks?operation=KEPT`, { headers })
  const page = (await answer.json()) as { items: { id: string }[] }
  return { task: page.items[0]!, page }
}

async function beside(figure: string, shot: Shot, count: number, budget: number): Promise<void> {
  const [mine, theirs] = await inTurns(
    [
      { server: ours, shot },
      { server: bare, shot },
    ],
    count,
  )
  const ratio = rounded(theirs! / mine!)
  figures.push({
    figure,
    value: rounded(mine!),
    unit: 'µs of CPU',
    peer: `bare express: ${rounded(theirs!)}`,
    ratio,
    budget,
    better: 'higher',
  })
}

/** The same GET where the document has 5 paths, and where it has 40. */
async function routes(): Promise<void> {
  const few = await Started.at('routes', '5')
  const many = await Started.at('routes', '40')
  const turns = [few, many].map(async (server) => ({ server, shot: fetching((await sampleOf(server)).task) }))
  const [five, forty] = await inTurns(await Promise.all(turns), 4000)
  few.stop()
  many.stop()
  const ratio = rounded(forty! / five!)
  figures.push({
    figure: 'GET with 40 paths in the document',
    value: rounded(forty!),
    unit: 'µs of CPU',
    peer: `with 5: ${rounded(five!)}`,
    ratio,
    budget: 1.1,
    better: 'lower',
  })
}

async function events(): Promise<void> {
  const server = await Started.at('majordomo')
  const readers = new Readers()
  await readers.join(server.port, READERS)
  await server.usage('change')
  await sleep(5000)
  const start = await server.usage()
  const bytes = readers.bytes
  await sleep(SECONDS * 1000)
  const end = await server.usage()
  const cores = rounded((end.cpu - start.cpu) / 1e6 / SECONDS)
  const peer = `${Math.round((readers.bytes - bytes) / SECONDS / 1e6)} MB/s to ${READERS} readers`
  figures.push({
    figure: '1,000 readers, 1,000 changes a second',
    value: cores,
    unit: 'cores',
    peer,
    budget: 1,
    better: 'lower',
  })
  figures.push({ figure: 'readers lost', value: readers.lost, unit: 'readers', budget: 0, better: 'lower' })
  figures.push({
    figure: `memory growth in ${SECONDS} s`,
    value: rounded((end.rss - start.rss) / 2 ** 20),
    unit: 'MiB',
    budget: 20,
    better: 'lower',
  })
  readers.leave()
  server.stop()
}

function creating(body: object): Shot {
  return { method: 'POST', path: '/hk/tasks', body }
}

function fetching({ id }: { id: string }): Shot {
  return { method: 'GET', path: `/hk/tasks/${id}` }
}

interface Turn {
  readonly server: Started
  readonly shot: Shot
}

/** Median CPU time per request of each server, in µs. */
async function inTurns(turns: readonly Turn[], count: number): Promise<number[]> {
  const costs = turns.map((): number[] => [])
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, { server, shot }] of turns.entries()) {
      const before = await server.usage()
      await load(server.port, shot, count)
      const after = await server.usage()
      // The first round only warms up.
      if (round >= 0) costs[i]!.push((after.cpu - before.cpu) / count)
    }
  }
  return costs.map(median)
}
