// The same no-op through BullMQ on a local Redis: added in bulk, worked off at concurrency 50, removed when done.
import { Queue, Worker } from 'bullmq'
import { tell, timed } from '../lib/rounds.mjs'

const [count = '5000', rounds = '3', port = '6379'] = process.argv.slice(2)
const pieces = Number(count)
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null }
const name = `bench-${process.pid}`
const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: true } })
let left = 0
let done = () => {}
const worker = new Worker(name, async () => {}, { connection, concurrency: 50 })
worker.on('completed', () => {
  if (--left === 0) done()
})
await worker.waitUntilReady()

async function job() {
  left = pieces
  const all = new Promise((resolve) => (done = resolve))
  await queue.addBulk(Array.from({ length: pieces }, (_, n) => ({ name: 'NOOP', data: { n } })))
  await all
}

tell(await timed(pieces, Number(rounds), job))
await worker.close()
await queue.obliterate({ force: true })
await queue.close()
