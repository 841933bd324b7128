import express from 'express'
import { Manager } from '../src/index.ts' // 'majordomo' in your own service
import { housekeepingRouter } from '../src/rest/index.ts' // 'majordomo/express'

const sessions = new Map([
  ['anna', { seen: Date.now() - 90 * 60_000 }],
  ['bert', { seen: Date.now() - 5 * 60_000 }],
])

const manager = new Manager({ logger: console })
manager.register('SESSION_SWEEP', {
  summary: 'Forget sessions that nobody has used for a while',
  args: {
    type: 'object',
    required: ['idleMinutes'],
    properties: { idleMinutes: { type: 'integer', minimum: 1 } },
    additionalProperties: false,
  },
  run(ops) {
    const idle = [...sessions].filter(([, { seen }]) => Date.now() - seen > ops.args.idleMinutes * 60_000)
    for (const [user] of idle) {
      sessions.delete(user)
      ops.log('info', `forgot ${user}`)
    }
    return { forgotten: idle.length }
  },
})

const app = express()
app.use('/housekeeping', housekeepingRouter(manager, { access: 'open' })) // everybody who reaches the port may do all
const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', (error) => {
  if (error) throw error // the port is taken, for example
  console.log('listening', server.address())
})

process.once('SIGTERM', () => {
  server.close() // no new requests; the process ends with the last answer
  void manager.close({ grace: '10s' }) // no new runs; those that go on get ten seconds, and streams end
})
