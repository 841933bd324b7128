// How fast so many replicas empty a bag of tasks that was full before they began.
import { Manager } from 'majordomo'
import { emptied, redisCpu } from '../lib/redis-client.mjs'
import { tell } from '../lib/rounds.mjs'
import { throughput } from '../lib/throughput.mjs'
import { allEnded, engineOf } from './engine.mjs'
import { Replica } from './replicas.mjs'

const [url, operation, replicas, concurrency, count, rounds] = process.argv.slice(2)
const pieces = Number(count)
const admin = await emptied(url)
const team = await Promise.all(
  Array.from({ length: Number(replicas) }, () => Replica.started(url, operation, concurrency)),
)
const manager = new Manager({ engine: await engineOf('redis', url) })

const { rate, server } = await throughput({
  pieces,
  rounds: Number(rounds),
  async before() {
    await manager.pause(operation)
    await manager.createMany(Array.from({ length: pieces }, (_, n) => ({ operation, args: { n } })))
  },
  async job() {
    await manager.resume(operation)
    await allEnded(manager)
  },
  serverCpu: () => redisCpu(admin),
})
const runs = await Promise.all(team.map((replica) => replica.close()))
tell({ rate, server, least: Math.min(...runs), most: Math.max(...runs) })
await manager.close({ grace: 0 })
await admin.quit()
