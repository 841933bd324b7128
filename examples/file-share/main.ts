import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manager } from '../../src/index.ts'
import { listen, portIn, type Listening } from '../shared/listen.ts'
import { createLogger } from '../shared/logger.ts'
import { stopOnSignal } from '../shared/stop-on-signal.ts'
import { engineIn } from './engine.ts'
import { createService, type Service } from './service.ts'

/**
 * `ENGINE` says what remembers the tasks. In memory the files go with the process, as the tasks do, unless
 * `FILE_SHARE_HOME` says where to keep them; with another engine they are kept, and several of these may run at once on
 * one Redis, each on a PORT of its own: with the same home they are one service.
 */
const remembers = process.env['ENGINE'] ?? 'memory'
const kept =
  process.env['FILE_SHARE_HOME'] ?? (remembers === 'memory' ? undefined : join(tmpdir(), 'file-share'))
const home = kept ?? (await mkdtemp(join(tmpdir(), 'file-share-')))

let service: Service | undefined

try {
  const engine = engineIn(remembers, home)
  service = await createService(home, createLogger(), engine)
  const server = await listen(service.app, portIn(process.env['PORT'] ?? '3000'), 'npm start')
  console.log(`The file share is up, on files in ${home}
  files       ${server.url}/files
  tasks       ${server.url}/housekeeping/tasks
  Swagger UI  ${server.url}/housekeeping/docs
  health      ${server.url}/housekeeping/health
Stop it with Ctrl+C.`)
  const { manager } = service
  stopOnSignal(() => stop(manager, server))
} catch (error) {
  console.error(`The file share cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
  await service?.manager.close({ grace: 0 })
  await tidy()
}

/** No new requests, then no new runs; those that go on get ten seconds. */
async function stop(manager: Manager, server: Listening): Promise<void> {
  const closed = server.close()
  await manager.close({ grace: '10s' })
  server.dropConnections()
  await closed
  await tidy()
}

async function tidy(): Promise<void> {
  if (kept === undefined) await rm(home, { recursive: true, force: true })
}
