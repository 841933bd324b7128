// Durable no-op tasks from their creation, in batches, until they have ended.
import { Manager } from 'majordomo'
import { tell } from '../lib/rounds.mjs'
import { throughput } from '../lib/throughput.mjs'
import { allEnded, engineOf, scratchFile } from './engine.mjs'

const [sync, count, batch, rounds] = process.argv.slice(2)
const pieces = Number(count)
const size = Number(batch)
const engine = await engineOf('sqlite', scratchFile(), { sync })
const manager = new Manager({ engine, concurrency: size })
manager.register('NOOP', { async run() {} })
await manager.open()

async function job() {
  for (let made = 0; made < pieces; made += size)
    await manager.createMany(
      Array.from({ length: Math.min(size, pieces - made) }, (_, i) => ({
        operation: 'NOOP',
        args: { n: made + i },
      })),
    )
  await allEnded(manager)
}

// Retained tasks do not hold the process open.
const hold = setInterval(() => {}, 1e9)
tell(await throughput({ pieces, rounds: Number(rounds), job }))
clearInterval(hold)
await manager.close({ grace: 0 })
