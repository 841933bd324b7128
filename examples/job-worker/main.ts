import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { portIn } from '../shared/listen.ts'
import { createLogger } from '../shared/logger.ts'
import { stopOnSignal } from '../shared/stop-on-signal.ts'
import { makeCredentials } from './credentials.ts'
import { createService, type Service } from './service.ts'
import { Tokens } from './tokens.ts'

/**
 * Linux processes over HTTPS, for callers with a client certificate and a signed token. `PORT` is where it listens, `JOB_TIMEOUT` how
 * long a job may run unless it says otherwise.
 */
const tokens = await Tokens.make()
const folder = await makeCredentials(tokens)

try {
  const service = createService(tokens, createLogger(), process.env['JOB_TIMEOUT'] ?? '30s')
  const text = (file: string) => readFile(join(folder, file), 'utf8')
  const server = createServer(
    {
      cert: await text('server.pem'),
      key: await text('server.key'),
      ca: await text('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    },
    service.app,
  )
  server.listen(portIn(process.env['PORT'] ?? '8443'))
  await once(server, 'listening')
  const url = `https://localhost:${(server.address() as AddressInfo).port}/jobs`
  console.log(`Jobs are taken at ${url}
  cd ${folder}
  curl() { command curl -s --cacert ca.pem --cert client.pem --key client.key -H 'Content-Type: application/json' "$@"; }
Run one and look at it:
  curl ${url}/tasks -H "Authorization: Bearer $(cat writer.jwt)" -d '{"operation":"PROCESS","args":{"command":["ls","-lah"]}}'
  curl ${url}/tasks/ID -H "Authorization: Bearer $(cat reader.jwt)"
  curl "${url}/tasks/ID/output?stream=stdout" -H "Authorization: Bearer $(cat reader.jwt)"
Register one, start it, stop it:
  curl ${url}/tasks -H "Authorization: Bearer $(cat writer.jwt)" -d '{"operation":"PROCESS","args":{"command":["sleep","60"]},"autoStart":false}'
  curl ${url}/tasks/ID -X PATCH -H "Authorization: Bearer $(cat writer.jwt)" -d '{"state":"ACTIVE"}'
  curl ${url}/tasks/ID/cancel -X POST -H "Authorization: Bearer $(cat writer.jwt)"
Stop the service with Ctrl+C.`)
  stopOnSignal(() => stop(service, server))
} catch (error) {
  console.error(`The job worker cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
  await rm(folder, { recursive: true, force: true })
}

/** No new requests, then no jobs: those that run get their stop signal at once. */
async function stop({ manager }: Service, server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  await manager.close({ grace: 0 })
  server.closeAllConnections()
  await closed
  await rm(folder, { recursive: true, force: true })
}
