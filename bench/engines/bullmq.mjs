// A no-op through a bare BullMQ: drained from a full queue, added in bulk and worked off, or only added one by one.
import { Queue, Worker } from 'bullmq'
import { emptied, redisCpu } from '../lib/redis-client.mjs'
import { tell } from '../lib/rounds.mjs'
import { throughput } from '../lib/throughput.mjs'

const [how, url, count, rounds] = process.argv.slice(2)
const pieces = Number(count)
const connection = { host: '127.0.0.1', port: Number(new URL(url).port), maxRetriesPerRequest: null }
const name = `bench-${process.pid}`
const admin = await emptied(url)
const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: true } })
await queue.waitUntilReady()

let worker
let left = 0
let done = () => {}

async function makeWorker() {
  await worker?.close()
  worker = new Worker(name, async () => {}, { connection, concurrency: 50, autorun: false })
  worker.on('completed', () => {
    if (--left === 0) done()
  })
  await worker.waitUntilReady()
}

const fill = () => queue.addBulk(Array.from({ length: pieces }, (_, n) => ({ name: 'NOOP', data: { n } })))

function worked() {
  left = pieces
  const all = new Promise((resolve) => (done = resolve))
  void worker.run()
  return all
}

const ways = {
  drain: {
    async before() {
      await makeWorker()
      await fill()
    },
    job: worked,
  },
  bulk: {
    before: makeWorker,
    async job() {
      const all = worked()
      await fill()
      await all
    },
  },
  add: {
    async job() {
      for (let n = 0; n < pieces; n++) await queue.add('NOOP', { n })
    },
  },
}

tell(await throughput({ pieces, rounds: Number(rounds), ...ways[how], serverCpu: () => redisCpu(admin) }))
await worker?.close()
await queue.close()
await admin.quit()
