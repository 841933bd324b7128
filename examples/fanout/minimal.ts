import express from 'express'
import { fanout } from '../../src/animators/fanout/index.ts' // 'majordomo/fanout'
import { sqlite } from '../../src/engine/sqlite/index.ts' // 'majordomo/sqlite'
import { Manager } from '../../src/index.ts' // 'majordomo' in your own service
import { housekeepingRouter } from '../../src/rest/index.ts' // 'majordomo/express'

const {
  BMC_NETWORK = '10.20.0.0/16',
  BMC_PASSWORD: password,
  TASKS = 'tasks.db',
  PORT = '3000',
} = process.env
if (!password) throw new Error('BMC_PASSWORD is not set')

const largest = 8 * 1024 * 1024 // arguments of a task: 100,000 targets are 2 or 3 MB
const manager = new Manager({ engine: sqlite({ file: TASKS }), maxJson: largest, logger: console })
manager.register(
  'HTTP_FANOUT',
  fanout({
    allow: [BMC_NETWORK], // nowhere else may callers send anything
    secrets: { bmc: { username: 'admin', password, allow: [BMC_NETWORK] } },
    logger: console,
  }),
)
await manager.open() // goes on with the lists that the process before has left

const app = express()
app.use('/housekeeping', housekeepingRouter(manager, { access: 'open', bodyLimit: largest })) // open to all who reach the port
const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error // the port is taken, for example
  console.log('listening', server.address())
})

process.once('SIGTERM', () => {
  server.close()
  void manager.close({ grace: '10s' }) // what is in flight gets ten seconds; the rest is for the next process
})
