import express, { type RequestHandler } from 'express'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Manager } from '../../src/index.ts'
import { housekeepingRouter, type RouterOptions } from '../../src/rest/index.ts'

export interface TestService {
  readonly manager: Manager
  readonly port: number
  readonly baseUrl: string
  close(): Promise<void>
}

/** A real manager behind a real router on a real port. */
export async function startService(
  options: Partial<RouterOptions> = {},
  before: RequestHandler[] = [],
): Promise<TestService> {
  const manager = new Manager()
  const app = express()
  for (const handler of before) app.use(handler)
  app.use('/housekeeping', housekeepingRouter(manager, { access: 'open', events: { batch: 0 }, ...options }))
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    manager,
    port,
    baseUrl: `http://127.0.0.1:${port}/housekeeping`,
    async close() {
      await manager.close({ grace: 0 })
      server.close()
      server.closeAllConnections()
    },
  }
}
