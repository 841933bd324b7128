// What a page in the order of creation costs by one indexed filter, among a few tasks and among many.
import { emptied } from '../lib/redis-client.mjs'
import { p99, tell } from '../lib/rounds.mjs'
import { middle } from '../lib/throughput.mjs'
import { engineOf, scratchFile } from './engine.mjs'

const [name, where, ...numbers] = process.argv.slice(2)
const [small, large, pages] = numbers.map(Number)
const OPERATIONS = ['SWEEP', 'PURGE', 'BACKUP', 'VERIFY']
const FILTERS = {
  operation: { operation: ['PURGE'] },
  state: { state: ['CANCELED'] },
  tag: { tag: ['nightly'] },
}
const BATCH = 5_000
/** A walk goes on by its cursor for so many pages, and then begins anew. */
const WALK = 15

const admin = name === 'redis' ? await emptied(where) : undefined
const engine = await engineOf(name, name === 'sqlite' ? scratchFile() : where)
await engine.open({
  clock: {
    now: () => Math.floor(performance.timeOrigin + performance.now()),
    after: () => () => {},
  },
  logger: { error: console.error, warn() {}, info() {}, debug() {} },
  rules: { ageing: undefined, maxEnded: undefined },
  listening: () => false,
  changed() {},
  ready() {},
  signal() {},
  appended() {},
  due() {},
  unfinished() {},
  mode() {},
  rescheduled() {},
})

/** Through the engine's contract; one task in four has ended, one in ten has a tag. */
async function fill(from, to) {
  for (let made = from; made < to; made += BATCH) {
    const drafts = Array.from({ length: Math.min(BATCH, to - made) }, (_, i) => draft(made + i))
    await engine.insert(drafts)
    const canceled = drafts.filter(({ args }) => args.n % 16 < 4)
    await engine.requestCancel(canceled.map(({ id }) => ({ id, code: 'canceled', message: 'not needed' })))
  }
}

function draft(n) {
  return {
    id: `bench-${String(n).padStart(9, '0')}`,
    operation: OPERATIONS[n % 4],
    args: { n },
    priority: 0,
    tags: n % 10 === 0 ? ['nightly'] : [],
    retain: 86_400_000,
  }
}

async function pageTimes(filter) {
  const times = []
  let cursor
  for (let i = 0; i < pages; i++) {
    if (i % WALK === 0) cursor = undefined
    const sort = Math.floor(i / WALK) % 2 === 0 ? 'createdAt' : '-createdAt'
    const start = performance.now()
    const page = await engine.list({
      ...filter,
      sort,
      limit: 50,
      ...(cursor === undefined ? {} : { cursor }),
    })
    times.push(performance.now() - start)
    if (page.items?.length !== 50) throw new Error(`a page of ${page.items?.length}`)
    cursor = page.cursor
  }
  return { mid: middle(times), p99: p99(times) }
}

const measured = {}

async function look(size) {
  for (const [filter, query] of Object.entries(FILTERS)) {
    const { mid, p99 } = await pageTimes(query)
    measured[`${filter} ${size} mid`] = mid
    measured[`${filter} ${size} p99`] = p99
  }
}

await fill(0, small)
// The first time shows how code is compiled, and not what a page costs.
await look('small')
await look('small')
const start = performance.now()
await fill(small, large)
measured.filled = ((large - small) / (performance.now() - start)) * 1000
await look('large')
tell(measured)
await engine.close()
await admin?.quit()
