// The heap of a million ended tasks, and what a page of them costs beside a page of a thousand.
import { Manager } from 'majordomo'
import { p99, tell } from '../lib/rounds.mjs'

const [count = '1000000', pages = '3000'] = process.argv.slice(2)
const total = Number(count)
const OPERATIONS = ['SWEEP', 'PURGE', 'BACKUP', 'VERIFY']

const manager = new Manager({ purgeDelay: '1d', concurrency: 256 })
for (const operation of OPERATIONS) manager.register(operation, { async run() {} })
await manager.open()

/** All tasks have the same arguments object in the caller, so what is counted is the task alone. */
async function fill(tasks) {
  for (let made = 0; made < tasks; made += 10_000) {
    const batch = Array.from({ length: Math.min(10_000, tasks - made) }, (_, i) => ({
      operation: OPERATIONS[(made + i) % 4],
    }))
    await manager.createMany(batch)
    while ((await manager.count({ state: ['NEW', 'ACTIVE'] })) > 0)
      await new Promise((resolve) => setImmediate(resolve))
  }
}

async function pageTimes() {
  const times = []
  const queries = [{ operation: ['PURGE'] }, { state: ['SUCCEEDED'] }]
  for (let i = 0; i < Number(pages); i++) {
    const query = { ...queries[i % 2], limit: 50, sort: i % 4 < 2 ? 'createdAt' : '-createdAt' }
    const start = performance.now()
    const page = await manager.list(query)
    times.push((performance.now() - start) * 1000)
    if (page.items.length !== 50) throw new Error(`a page of ${page.items.length}`)
  }
  return p99(times)
}

const heap = () => {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return process.memoryUsage().heapUsed
}

const hold = setInterval(() => {}, 1e9)
await fill(1_000)
const before = heap()
// The first time shows how code is compiled, and not what a page costs.
await pageTimes()
const small = await pageTimes()
await fill(total - 1_000)
const bytes = (heap() - before) / (total - 1_000)
const large = await pageTimes()
tell({ bytes, small, large })
clearInterval(hold)
await manager.close({ grace: 0 })
