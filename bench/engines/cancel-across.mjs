// From the call of cancel in this process until the run in another one has seen its signal abort.
import { Manager } from 'majordomo'
import { emptied } from '../lib/redis-client.mjs'
import { p99, sharedNow, tell } from '../lib/rounds.mjs'
import { middle } from '../lib/throughput.mjs'
import { engineOf } from './engine.mjs'
import { Replica } from './replicas.mjs'

const [url, count] = process.argv.slice(2)
const WARM_UP = 20
const admin = await emptied(url)
const other = await Replica.started(url, 'HANG', 10)
const manager = new Manager({ engine: await engineOf('redis', url) })

const times = []
for (let n = 0; n < Number(count) + WARM_UP; n++) {
  const { task } = await manager.create('HANG', { n })
  await other.start(task.id)
  const asked = sharedNow()
  await manager.cancel(task.id)
  times.push((await other.abort(task.id)) - asked)
}
const warm = times.slice(WARM_UP)
tell({ p50: middle(warm), p99: p99(warm) })
await other.close()
await manager.close({ grace: 0 })
await admin.quit()
