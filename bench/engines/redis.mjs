// The same no-op through a manager on the redis engine.
import { Manager } from 'majordomo'
import { emptied, redisCpu } from '../lib/redis-client.mjs'
import { tell } from '../lib/rounds.mjs'
import { throughput } from '../lib/throughput.mjs'
import { allEnded, engineOf } from './engine.mjs'

const [how, url, count, rounds, purgeDelay = '7d'] = process.argv.slice(2)
const pieces = Number(count)
const admin = await emptied(url)
const manager = new Manager({ engine: await engineOf('redis', url), concurrency: 50, purgeDelay })
let left = 0
let done = () => {}
manager.register('NOOP', {
  async run() {
    if (--left === 0) done()
  },
})
await manager.open()

const fill = () =>
  manager.createMany(Array.from({ length: pieces }, (_, n) => ({ operation: 'NOOP', args: { n } })))

/** Resolves when so many have run, and the last of them is known to have ended. */
async function worked() {
  await new Promise((resolve) => {
    left = pieces
    done = resolve
  })
  await allEnded(manager)
}

const ways = {
  drain: {
    async before() {
      await manager.pause('NOOP')
      await fill()
    },
    async job() {
      const all = worked()
      await manager.resume('NOOP')
      await all
    },
  },
  bulk: {
    async job() {
      const all = worked()
      await fill()
      await all
    },
  },
  add: {
    before: () => manager.pause('NOOP'),
    async job() {
      for (let n = 0; n < pieces; n++) await manager.create('NOOP', { n })
    },
  },
}

tell(await throughput({ pieces, rounds: Number(rounds), ...ways[how], serverCpu: () => redisCpu(admin) }))
await manager.close({ grace: 0 })
await admin.quit()
