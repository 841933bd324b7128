// From the death of a process (kill -9) until another one runs its task again; leases as by default.
import { Manager } from 'majordomo'
import { emptied } from '../lib/redis-client.mjs'
import { sharedNow, tell } from '../lib/rounds.mjs'
import { middle } from '../lib/throughput.mjs'
import { engineOf } from './engine.mjs'
import { Replica } from './replicas.mjs'

const [url, count] = process.argv.slice(2)
const admin = await emptied(url)
let doomed = await Replica.started(url, 'HANG', 10)
const manager = new Manager({ engine: await engineOf('redis', url) })

const times = []
for (let n = 0; n < Number(count); n++) {
  const { task } = await manager.create('HANG', { n })
  await doomed.start(task.id)
  const heir = await Replica.started(url, 'HANG', 10)
  const killed = sharedNow()
  await doomed.kill()
  times.push((await heir.start(task.id)) - killed)
  await manager.cancel(task.id)
  await heir.abort(task.id)
  doomed = heir
}
tell({ median: middle(times), most: Math.max(...times) })
await doomed.close()
await manager.close({ grace: 0 })
await admin.quit()
