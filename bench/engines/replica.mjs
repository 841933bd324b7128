// One process of a service: works on one operation of a shared engine, and tells its parent what its runs see.
import { Manager } from 'majordomo'
import { sharedNow } from '../lib/rounds.mjs'
import { engineOf } from './engine.mjs'

const [url, operation, concurrency] = process.argv.slice(2)
const manager = new Manager({ engine: await engineOf('redis', url), concurrency: Number(concurrency) })
let runs = 0

const animators = {
  async NOOP() {
    runs++
  },
  async NAP() {
    runs++
    await new Promise((resolve) => setTimeout(resolve, 10))
  },
  HANG: (ops) =>
    new Promise((resolve) => {
      ops.signal.addEventListener('abort', () => {
        process.send({ aborted: ops.id, at: sharedNow() })
        resolve()
      })
      process.send({ started: ops.id, at: sharedNow() })
    }),
}

async function leave() {
  await manager.close({ grace: 0 })
  process.send({ runs })
  process.disconnect()
}

process.once('message', () => void leave())
manager.register(operation, { run: animators[operation] })
await manager.open()
process.send({ ready: true })
