import { randomBytes } from 'node:crypto'
import type { Manager } from '../../src/index.ts'
import { listen, portIn, type Listening } from '../shared/listen.ts'
import { createLogger } from '../shared/logger.ts'
import { stopOnSignal } from '../shared/stop-on-signal.ts'
import { startFleet, type Fleet } from './controllers/start.ts'
import { createService, type Service } from './service.ts'

/**
 * The fake controllers, in a process of their own, and the service that looks after them, in this one. `CONTROLLERS` says how
 * many; `BMC_PASSWORD` is what the fleet takes, a new one each time by default.
 */
const username = 'admin'
const password = process.env['BMC_PASSWORD'] ?? randomBytes(12).toString('base64url')

let fleet: Fleet | undefined
let service: Service | undefined

try {
  fleet = await startFleet({ count: countIn(process.env['CONTROLLERS'] ?? '1000'), username, password })
  const { controllers, ca } = fleet
  service = createService({ controllers, ca, username, password }, createLogger())
  const port = portIn(process.env['PORT'] ?? '3000')
  const server = await listen(service.app, port, 'npm run example:fleet')
  console.log(`${controllers.length} controllers are up, from ${controllers[0]!.url} to ${controllers.at(-1)!.url}
  controllers  ${server.url}/controllers
  tasks        ${server.url}/housekeeping/tasks
  Swagger UI   ${server.url}/housekeeping/docs
Ask them all, look at the answers, and update those that are old:
  curl -s -X POST ${server.url}/firmware-survey
  curl -s ${server.url}/firmware-survey/ID
  curl -s -X POST ${server.url}/firmware-update -H 'Content-Type: application/json' -d '{ "survey": "ID" }'
Stop it with Ctrl+C.`)
  const { manager } = service
  const startedFleet = fleet
  stopOnSignal(() => stop(manager, server, startedFleet))
} catch (error) {
  console.error(`The fleet cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
  await service?.manager.close({ grace: 0 })
  await fleet?.stop()
}

/** No new requests, then no new runs; those that go on get ten seconds. */
async function stop(manager: Manager, server: Listening, { stop: stopFleet }: Fleet): Promise<void> {
  const closed = server.close()
  await manager.close({ grace: '10s' })
  server.dropConnections()
  await closed
  await stopFleet()
}

function countIn(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 10_000) return count
  throw new Error(`CONTROLLERS must be a number from 1 to 10000, got "${text}"`)
}
